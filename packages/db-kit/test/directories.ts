import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";

/** Whether the tests run as root, whose servers another account runs. */
export const asRoot = process.getuid?.() === 0;

/** A directory that is gone after the test and that every account may enter. */
export const openDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-kit-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o755);
  return directory;
};

/** A directory that only its owner may enter, such as root's home. */
export const closedDirectory = async (): Promise<string> => {
  const directory = join(await openDirectory(), "closed");
  await mkdir(directory, { mode: 0o700 });
  return directory;
};

/** Puts temporary files of this process elsewhere until the test ends. */
export const useTemporaryDirectory = (directory: string): void => {
  vi.stubEnv("TMPDIR", directory);
  onTestFinished(() => void vi.unstubAllEnvs());
};
