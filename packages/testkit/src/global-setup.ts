import type { TestProject } from "vitest/node";
import { startTestServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    testServerUrl: string;
  }
}

/** Vitest's global set-up: one PostgreSQL server for all test files of a package. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startTestServer();
  project.provide("testServerUrl", server.url);
  return server.stop;
};
