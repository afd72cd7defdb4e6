/** `npm start`: the whole control plane on this machine, until Ctrl-C. */
import colors from "picocolors";
import { readEnv } from "./env.ts";
import { stopOnSignal } from "./stop-on-signal.ts";
import { type ControlPlane, type Step, up } from "./up.ts";

const { bold, cyan, dim, green, red } = colors;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const step: Step = async (what, work, tell) => {
  const startedAt = performance.now();
  if (process.stdout.isTTY) process.stdout.write(dim(`  … ${what}`));
  const result = await work();
  const line = `  ${green("✓")} ${what} ${dim([tell?.(result), seconds(performance.now() - startedAt)].filter(Boolean).join(", "))}`;
  process.stdout.write(`${process.stdout.isTTY ? "\r\u001b[K" : ""}${line}\n`);
  return result;
};

const summary = ({ local }: ControlPlane): string => `
${bold("The control plane is ready.")}

  Origin     ${cyan(local.origin)}
  Reference  ${cyan(`${local.origin}/docs`)}
  Registry   ${local.registryUrl}
  Tenant     ${local.tenant}
  Token      ${local.token}
             ${dim("also in .nofx/local.json, for scripts")}

Try:

  curl -s '${local.origin}/api/agents?limit=3'

Ctrl-C stops everything; data stays in .nofx/.
`;

console.log(`\n${bold("NOFX control plane")}\n`);
try {
  const starting = up(readEnv(process.env), step);
  // Who presses Ctrl-C during the start waits for its end: half of it would leave PostgreSQL behind.
  const stop = async (): Promise<void> => (await starting.catch(() => undefined))?.stop();
  const isStopping = stopOnSignal(stop, (text) => process.stdout.write(text));
  const controlPlane = await starting;
  if (!isStopping()) console.log(summary(controlPlane));
} catch (error) {
  console.error(`\n${red("The control plane did not start.")}\n\n${(error as Error).message}\n`);
  process.exit(1);
}
