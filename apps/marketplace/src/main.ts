/** The marketplace as a process of its own: `DATABASE_URL=… REGISTRY_TOKEN=… node src/main.ts`. */
import { runService } from "@nofx/track-kit";
import { readEnv } from "./env.ts";
import { startMarketplace } from "./start.ts";

await runService(async () => startMarketplace(readEnv(process.env)));
