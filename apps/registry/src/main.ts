/** The registry as a process of its own: `DATABASE_URL=… node src/main.ts`. */
import { runService } from "@nofx/track-kit";
import { readEnv } from "./env.ts";
import { startRegistry } from "./start.ts";

await runService(async () => startRegistry(readEnv(process.env)));
