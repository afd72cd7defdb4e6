/** The registry as a process of its own: `DATABASE_URL=… node src/main.ts`. */
import closeWithGrace from "close-with-grace";
import { readEnv } from "./env.ts";
import { startRegistry } from "./start.ts";

try {
  const running = await startRegistry(readEnv(process.env));
  closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
    if (err) running.deps.log.fatal({ err }, "going down");
    await running.stop();
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
