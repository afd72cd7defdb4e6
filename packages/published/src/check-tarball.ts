import { join } from "node:path";
import { run } from "./run.ts";

const here = join(import.meta.dirname, "..");
const bin = (name: string): string => join(here, "node_modules/.bin", name);

/**
 * Holds a tarball against what publint and @arethetypeswrong/cli know: exports lead to files that are there, and types say
 * what the code is, for whoever imports it as a module. A program has no types. @throws what they found
 */
export const checkTarball = async (tarball: string, { types = true } = {}): Promise<void> => {
  await run(bin("publint"), ["run", tarball, "--strict"], { cwd: here });
  if (types) await run(bin("attw"), [tarball, "--profile", "esm-only"], { cwd: here });
};
