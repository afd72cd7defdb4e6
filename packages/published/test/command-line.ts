import { join } from "node:path";
import { run } from "../src/index.ts";

/** `nofx` as npm installed it into a project, called there; gives what it prints. */
export const commandLine =
  (project: string, env: Readonly<Record<string, string>> = {}) =>
  (...args: readonly string[]): Promise<string> => {
    // Neither settings nor credentials of whoever runs this.
    const home = { HOME: project, XDG_CONFIG_HOME: project, XDG_STATE_HOME: project };
    return run(join(project, "node_modules/.bin/nofx"), args, { cwd: project, env: { ...home, ...env } });
  };
