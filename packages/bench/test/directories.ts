import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory that is gone after the test, for what others leave in it. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-bench-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};
