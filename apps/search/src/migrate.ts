/** Brings search's schema up to date: `MIGRATION_DATABASE_URL=… node src/migrate.ts`, as the schema's owner. */
import { runMigrations } from "@nofx/track-kit";
import { searchTrack } from "./track.ts";

await runMigrations(searchTrack, process.env);
