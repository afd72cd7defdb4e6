import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs a program; gives what it printed. @throws with all that it printed, if it fails */
export const run = async (
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> => {
  const { cwd, env = {} } = options;
  const running = execute(program, [...args], { cwd, env: { ...process.env, NO_COLOR: "1", ...env } });
  const { stdout } = await running.catch((error: Error & { readonly stdout?: string; readonly stderr?: string }) => {
    throw new Error(`${program} ${args.join(" ")} failed\n${error.stdout ?? ""}${error.stderr ?? error.message}`);
  });
  return stdout;
};
