import { startTestServer } from "@nofx/testkit";
import type { TestProject } from "vitest/node";
import { startWorld, type World } from "./world.ts";

declare module "vitest" {
  interface ProvidedContext {
    world: World;
  }
}

/** One control plane for all test files: to start it takes seconds. Each test works in tenants of its own. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startTestServer();
  const world = await startWorld(server.url).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  project.provide("world", { origin: world.origin, operatorToken: world.operatorToken, issuer: world.issuer });
  return async () => {
    await world.stop();
    await server.stop();
  };
};
