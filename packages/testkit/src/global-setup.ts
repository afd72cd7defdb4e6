import type { TestProject } from "vitest/node";
import { dropLeft, nameRun, startTestServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    testServerUrl: string;
    /** What the names of this run's databases begin with. */
    testRun: string;
  }
}

/** Vitest's global set-up: one PostgreSQL server for all test files of a package. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startTestServer();
  const run = nameRun();
  project.provide("testServerUrl", server.url);
  project.provide("testRun", run);
  return async () => {
    await dropLeft(server.url, run);
    await server.stop();
  };
};
