/** `npm run test:acceptance`: the suite against a control plane of its own, one that is there, or containers. */
import { readFileSync } from "node:fs";
import { type Command, readCommand } from "../command.ts";
import { testCompose } from "./compose.ts";
import { withLocal } from "./local.ts";
import { runSuite } from "./run-suite.ts";
import { surviveAll } from "./survive-all.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!stopping.signal.aborted) console.error("\nStopping …");
    stopping.abort(new Error("Stopped before its end."));
  });

const carryOut = (command: Command, signal: AbortSignal): Promise<boolean> => {
  if (command.kind === "origin") return runSuite(command.target, signal);
  if (command.kind === "compose") return testCompose(command.isScaled, signal);
  return withLocal(signal, async ({ target, restart }) => {
    const everything = { what: "everything", happen: restart };
    return (await runSuite(target, signal)) && (await surviveAll(target, [everything], signal));
  });
};

const end = await Promise.try(() => {
  const command = readCommand(process.argv.slice(2), process.env, (path) => readFileSync(path, "utf8"));
  return carryOut(command, stopping.signal);
}).then(
  (passed) => (passed ? 0 : 1),
  (error: Error) => {
    console.error(`\n${error.message}`);
    return stopping.signal.aborted ? 130 : 1;
  },
);
process.exit(end);
