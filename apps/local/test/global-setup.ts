import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { type FirstStart, startFirst } from "./first-start.ts";

declare module "vitest" {
  interface ProvidedContext {
    firstStart: FirstStart;
  }
}

/** One first start for all test files, which go on from copies of what it has left. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const firstStart = await startFirst();
  project.provide("firstStart", firstStart);
  return () => rm(firstStart.state, { recursive: true, force: true });
};
