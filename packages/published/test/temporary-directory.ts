import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory of a test's own; gone after it, or when `finished` says so. */
export const temporaryDirectory = async (
  finished: (end: () => Promise<void>) => void = onTestFinished,
): Promise<string> => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "nofx-packages-")));
  finished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};
