import type { TestProject } from "vitest/node";
import { startForTests } from "../src/embedded/index.ts";
import { migrateUp } from "../src/migrate.ts";
import { provisionRole } from "../src/provision.ts";
import { asAdmin, onDatabase, service, template, track } from "./kit.ts";

declare module "vitest" {
  interface ProvidedContext {
    serverUrl: string;
  }
}

/** One server for all test files, with the migrated database that each test clones. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startForTests();
  await provisionRole(server.url, { ...service, schema: track.schema });
  await asAdmin(server.url, (client) => client.query(`CREATE DATABASE ${template}`));
  await migrateUp(onDatabase(server.url, template), track);
  project.provide("serverUrl", server.url);
  return server.stop;
};
