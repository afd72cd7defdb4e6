import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { manifest } from "@nofx/testkit";
import { onTestFinished } from "vitest";

/** Text of an agent.json: valid, in a file of its own, with what the test is about in its place. */
export const agentJson = (overrides: Parameters<typeof manifest>[0] & Record<string, unknown> = {}): string => {
  const { files: _beside, ...content } = manifest(overrides);
  return JSON.stringify(content, null, 2);
};

/** Files of one version of an agent, below its directory. */
export const version = (place: string, overrides: Parameters<typeof agentJson>[0] = {}): Record<string, string> => ({
  [`${place}/agent.json`]: agentJson({ agentId: place.split("/")[0] ?? "", ...overrides }),
  [`${place}/prompts/system.md`]: "Greet the person by name.\n",
});

export const writeFiles = async (root: string, files: Record<string, string | Uint8Array>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
};

/** A directory with these files that is gone after the test. */
export const directoryOf = async (files: Record<string, string | Uint8Array>): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), "nofx-sync-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFiles(root, files);
  return root;
};
