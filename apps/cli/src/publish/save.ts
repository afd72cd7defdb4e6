import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Context } from "../context.ts";
import { localFailure, usageFailure } from "../failure.ts";

/** Where what is exported goes. */
export interface Target {
  /** Undefined or `-`: stdout. */
  readonly out: string | undefined;
  /** Takes the place of a file that is there. */
  readonly force: boolean;
}

const isStdout = ({ out }: Target): boolean => out === undefined || out === "-";

/** Whether stdout can take it. @throws usage, before anything is asked of a service. */
export const checkTarget = ({ options, stdout }: Context, target: Target, isBinary: boolean): void => {
  if (!isStdout(target)) return;
  if (options.json) throw usageFailure("--json needs stdout for its own document", "Give --out <file>.");
  if (isBinary && stdout.isTTY)
    throw usageFailure("A terminal cannot show an archive", "Give --out <file>, or pipe it.");
};

/** Writes it, and gives the file's path; undefined if it went to stdout. @throws file_exists */
export const save = async (
  { cwd, stdout }: Context,
  { out = "-", force }: Target,
  bytes: Uint8Array,
): Promise<string | undefined> => {
  if (out === "-") {
    await new Promise<void>((done) => stdout.write(bytes, () => done()));
    return undefined;
  }
  try {
    await writeFile(resolve(cwd, out), bytes, { flag: force ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw localFailure("file_exists", `${out} is there already`, "Name another file, or give --force.");
  }
  return out;
};
