/** Search as a process of its own: `DATABASE_URL=… SERVICE_TOKEN=… node src/main.ts`. */
import { runService } from "@nofx/track-kit";
import { readEnv } from "./env.ts";
import { startSearch } from "./start.ts";

await runService(async () => startSearch(readEnv(process.env)));
