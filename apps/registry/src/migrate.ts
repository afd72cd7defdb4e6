/** Brings the registry's schema up to date: `MIGRATION_DATABASE_URL=… node src/migrate.ts`, as the schema's owner. */
import { migrateUp } from "@nofx/db-kit";
import { registryTrack } from "./track.ts";

const url = process.env.MIGRATION_DATABASE_URL;
if (!url) {
  console.error("Set MIGRATION_DATABASE_URL to a role that owns schema `registry`, or may create it.");
  process.exitCode = 1;
} else {
  const applied = await migrateUp(url, registryTrack);
  console.log(applied.length > 0 ? `Applied: ${applied.join(", ")}` : "Up to date");
}
