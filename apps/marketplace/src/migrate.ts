/** Brings the marketplace's schema up to date: `MIGRATION_DATABASE_URL=… node src/migrate.ts`, as the schema's owner. */
import { runMigrations } from "@nofx/track-kit";
import { marketplaceTrack } from "./track.ts";

await runMigrations(marketplaceTrack, process.env);
