/** `npm start`: the whole control plane on this machine, until Ctrl-C. */
import { enableCompileCache } from "node:module";
import { relative } from "node:path";
import colors from "picocolors";
import { readEnv } from "./env.ts";
import type { Step } from "./step.ts";
import { stopOnSignal } from "./stop-on-signal.ts";
import type { ControlPlane } from "./up.ts";

enableCompileCache();

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

/** As one would type it: short within the working directory. */
const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
};

const summary = ({ local }: ControlPlane, state: string): string => `
${bold("The control plane is ready.")}

  Origin       ${cyan(local.origin)}
  Registry     ${local.registryUrl}     ${dim(`reference: ${local.registryUrl}/docs`)}
  Marketplace  ${local.marketplaceUrl}     ${dim(`reference: ${local.marketplaceUrl}/docs`)}
  Search       ${local.searchUrl}     ${dim(`reference: ${local.searchUrl}/docs`)}
  Tenant       ${local.tenant}
  Token        ${local.token}
               ${dim(`also in ${state}/local.json, for scripts`)}

Try:

  curl -s '${local.origin}/api/agents?limit=3'
  curl -s '${local.origin}/api/templates?limit=3'
  curl -s '${local.origin}/api/search?q=reveiw+pull+requst&limit=3'

Ctrl-C stops everything; data stays in ${state}/.
`;

console.log(`\n${bold("NOFX control plane")}\n`);
try {
  const env = readEnv(process.env);
  // All services: compiled code is kept from one start to the next.
  const { up } = await import("./up.ts");
  const starting = up(env, step);
  // Who presses Ctrl-C during the start waits for its end: half of it would leave PostgreSQL behind.
  const stop = async (): Promise<void> => (await starting.catch(() => undefined))?.stop();
  const isStopping = stopOnSignal(stop, (text) => process.stdout.write(text));
  const controlPlane = await starting;
  if (!isStopping()) console.log(summary(controlPlane, shownPath(env.stateDirectory)));
} catch (error) {
  console.error(`\n${red("The control plane did not start.")}\n\n${(error as Error).message}\n`);
  process.exit(1);
}
