import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Target, targetEnv } from "../target.ts";
import { packageRoot } from "./paths.ts";
import { runProgram } from "./program.ts";

/** Runs the suite against an installation, and shows how it goes; gives whether all of it holds. */
export const runSuite = async (target: Target, signal: AbortSignal): Promise<boolean> => {
  const vitest = join(dirname(fileURLToPath(import.meta.resolve("vitest/package.json"))), "vitest.mjs");
  const parameters = [vitest, "run", "--config", "vitest.acceptance.config.ts"];
  const env = { ...process.env, ...targetEnv(target) };
  const { code } = await runProgram(process.execPath, parameters, { cwd: packageRoot, env, signal });
  signal.throwIfAborted();
  return code === 0;
};
