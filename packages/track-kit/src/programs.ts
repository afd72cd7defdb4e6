import { migrateUp, type Track } from "@nofx/db-kit";
import closeWithGrace from "close-with-grace";
import { z } from "zod";
import { envReader, migrationEnv } from "./env.ts";
import type { Variables } from "./env-files.ts";
import type { Running } from "./start-service.ts";
import type { TrackDeps } from "./track-deps.ts";

/** The program of a service: starts it, and stops it on a signal, in bounded time. */
export const runService = async (start: () => Promise<Running<Pick<TrackDeps<never>, "log">>>): Promise<void> => {
  try {
    const running = await start();
    closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
      if (err) running.deps.log.fatal({ err }, "going down");
      await running.stop();
    });
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
};

const readMigrationEnv = envReader(z.object(migrationEnv));

/** The program that brings a track's schema up to date, as the schema's owner: `MIGRATION_DATABASE_URL`. */
export const runMigrations = async (track: Track, source: Variables): Promise<void> => {
  try {
    const applied = await migrateUp(readMigrationEnv(source).MIGRATION_DATABASE_URL, track);
    console.log(applied.length > 0 ? `Applied: ${applied.join(", ")}` : "Up to date");
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
};
