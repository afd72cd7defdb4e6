/** Bytes per version and CPU time per request: `node src/capacity.ts [--versions 20000] [--scale 1]`. Linux only. */
import { parseArgs } from "node:util";
import { measureCapacity } from "./capacity-measure.ts";

const { values } = parseArgs({
  options: { versions: { type: "string", default: "20000" }, scale: { type: "string", default: "1" } },
});
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupted.abort(new Error(name)));
try {
  const size = { versions: Number(values.versions), versionsEach: 5, scale: Number(values.scale) };
  const plan = { ...size, idleSeconds: 10, quietSeconds: 1 };
  await measureCapacity(plan, console.log, interrupted.signal);
} catch (error) {
  console.error(interrupted.signal.aborted ? "Interrupted" : error);
  process.exitCode = 1;
}
