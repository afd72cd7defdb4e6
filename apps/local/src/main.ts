/** `npm start`: the whole control plane on this machine, until Ctrl-C. */
import closeWithGrace from "close-with-grace";
import colors from "picocolors";
import { readEnv } from "./env.ts";
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
  const controlPlane = await up(readEnv(process.env), step);
  closeWithGrace({ delay: 4_500, logger: false }, async ({ err }) => {
    if (err) console.error(red(`\n${err.stack ?? err.message}`));
    process.stdout.write("\nStopping … ");
    await controlPlane.stop();
    console.log("stopped.");
  });
  console.log(summary(controlPlane));
} catch (error) {
  console.error(`\n${red("The control plane did not start.")}\n\n${(error as Error).message}\n`);
  process.exitCode = 1;
}
