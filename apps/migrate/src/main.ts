/** The job that prepares the database for all services: `MIGRATION_DATABASE_URL=… node src/main.ts`. */
import { bringUp } from "./bring-up.ts";
import { readEnv } from "./env.ts";

try {
  await bringUp(readEnv(process.env), console.log);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
