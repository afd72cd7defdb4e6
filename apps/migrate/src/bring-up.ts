import { findOwner, type Installation, migrateUp, provisionInstallation } from "@nofx/db-kit";
import type { MigrateEnv } from "./env.ts";
import { migratorRole, ownerRole, tracks } from "./tracks.ts";

/** Takes one line for each thing done. */
export type Tell = (line: string) => void;

/** What is wrong, also where it is many attempts to reach one host, whose error says nothing itself. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError && error.message === ""
    ? error.errors.map(reasonOf).join("; ")
    : String(error.message);

const named = async <T>(what: string, work: Promise<T>): Promise<T> =>
  await work.catch((error: Error) => {
    throw new Error(`${what}: ${reasonOf(error)}`, { cause: error });
  });

const installationOf = (env: MigrateEnv): Installation => {
  const passwords = [env.NOFX_REGISTRY_PASSWORD, env.NOFX_MARKETPLACE_PASSWORD, env.NOFX_SEARCH_PASSWORD];
  return {
    database: decodeURIComponent(new URL(env.MIGRATION_DATABASE_URL).pathname.slice(1)),
    owner: ownerRole,
    migrator: { role: migratorRole, password: env.NOFX_MIGRATOR_PASSWORD ?? "" },
    services: tracks.map(({ role, schema }, index) => ({ role, schema, password: passwords[index] ?? "" })),
  };
};

const provision = async (env: MigrateEnv, tell: Tell): Promise<void> => {
  if (env.PROVISION_DATABASE_URL === undefined) {
    tell("Roles and database: as they are, PROVISION_DATABASE_URL is not set");
    return;
  }
  const done = await named(
    "PROVISION_DATABASE_URL",
    provisionInstallation(env.PROVISION_DATABASE_URL, installationOf(env)),
  );
  for (const { kind, name, outcome } of done) tell(`${kind === "role" ? "Role" : "Database"} ${name}: ${outcome}`);
};

/** Makes accounts and database where an administrator is given, then brings every schema up to date. Run it at will. */
export const bringUp = async (env: MigrateEnv, tell: Tell): Promise<void> => {
  await provision(env, tell);
  const url = env.MIGRATION_DATABASE_URL;
  const owner = await named("MIGRATION_DATABASE_URL", findOwner(url, ownerRole));
  if (owner === undefined) tell(`Owner: whoever migrates, there is no role ${ownerRole}`);
  for (const track of tracks) {
    const applied = await named(`Schema ${track.schema}`, migrateUp(url, track, owner));
    tell(`Schema ${track.schema}: ${applied.length === 0 ? "up to date" : `${applied.length} migrations applied`}`);
  }
};
