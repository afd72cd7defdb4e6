/** Runs what takes minutes: `main.ts [--from REV] [name of a test file …]`; `--from` is the version that is upgraded. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { from: { type: "string" } }, allowPositionals: true });
const vitest = join(import.meta.dirname, "../../node_modules/.bin/vitest");
const { status } = spawnSync(vitest, ["run", "--config", "vitest.operations.config.ts", ...positionals], {
  stdio: "inherit",
  env: { ...process.env, ...(values.from !== undefined && { UPGRADE_FROM: values.from }) },
});
process.exitCode = status ?? 1;
