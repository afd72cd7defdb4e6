import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { copyState } from "./first-start.ts";
import type {} from "./global-setup.ts";
import { type LocalProcess, runLocal } from "./local-process.ts";

/** A directory that is gone after the test. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-local-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

/** A state directory as the first start has left it, gone after the test. */
export const startedBefore = async (): Promise<string> => {
  const state = await copyState(inject("firstStart").state);
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  return state;
};

/** Runs what `npm start` runs, until it is ready or has ended. */
export const startLocal = async (env: Record<string, string>, state: string): Promise<LocalProcess> => {
  const running = runLocal(env, state);
  onTestFinished(running.end);
  await running.settled();
  return running;
};
