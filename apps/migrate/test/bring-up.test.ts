import { askOnce, asRole, assertLeastPrivilege, openDatabase, schemaState } from "@nofx/db-kit";
import { startForTests } from "@nofx/db-kit/embedded";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { bringUp } from "../src/bring-up.ts";
import { readEnv } from "../src/env.ts";
import { tracks } from "../src/tracks.ts";
import { installationOn, onDatabase } from "./installation.ts";

const run = async (env: Record<string, string | undefined>): Promise<string[]> => {
  const lines: string[] = [];
  await bringUp(readEnv(env), (line) => lines.push(line));
  return lines;
};

const schemas = tracks.map(({ schema }) => schema);
const upToDate = schemas.map((schema) => `Schema ${schema}: up to date`);

/** What is in the schemas, and whose it is. */
const owners = (url: string) =>
  askOnce<{ owner: string }>(
    url,
    `SELECT DISTINCT owner::regrole::text AS owner FROM (
       SELECT relowner AS owner, relnamespace AS schema FROM pg_class
       UNION ALL SELECT proowner, pronamespace FROM pg_proc UNION ALL SELECT nspowner, oid FROM pg_namespace) AS things
     WHERE schema::regnamespace::text = ANY($1)`,
    [schemas],
  );

const expectServices = async (as: (role: string) => string): Promise<void> => {
  for (const track of tracks) {
    const db = openDatabase({ url: as(track.role), applicationName: "migrate", onIdleError: () => undefined });
    onTestFinished(() => db.close());
    await assertLeastPrivilege(db);
    expect(await schemaState(db.pool, track)).toMatchObject({ pending: [] });
  }
};

describe("on a server of one's own", () => {
  it("makes roles and database, migrates every schema, and finds everything there the next time", async () => {
    const { env, url, as, database } = installationOn(inject("testServerUrl"));
    const first = await run(env);
    expect(first).toHaveLength(9);
    expect(first.slice(5)).toEqual([
      `Database ${database}: made`,
      ...schemas.map((schema) => expect.stringMatching(new RegExp(`^Schema ${schema}: \\d+ migrations applied$`))),
    ]);
    expect(await owners(url)).toEqual([{ owner: "nofx_owner" }]);
    await expectServices(as);
    expect(await run(env)).toEqual([
      ...["owner", "migrator", "registry", "marketplace", "search"].map((name) => `Role nofx_${name}: there`),
      `Database ${database}: there`,
      ...upToDate,
    ]);
  });

  it("two at once: each is done once, and both end well", async () => {
    const { env, as } = installationOn(inject("testServerUrl"));
    const both = await Promise.all([run(env), run(env)]);
    for (const schema of schemas) {
      const lines = both.flat().filter((line) => line.startsWith(`Schema ${schema}`));
      expect(lines.sort()).toEqual([expect.stringContaining("migrations applied"), `Schema ${schema}: up to date`]);
    }
    await expectServices(as);
  });

  it("without an administrator uses the accounts that are there", async () => {
    const { env, as } = installationOn(inject("testServerUrl"));
    await run(env);
    expect(await run({ ...env, PROVISION_DATABASE_URL: undefined })).toEqual([
      "Roles and database: as they are, PROVISION_DATABASE_URL is not set",
      ...upToDate,
    ]);
    const service = { MIGRATION_DATABASE_URL: as("nofx_registry") };
    await expect(run(service)).rejects.toThrow(
      'MIGRATION_DATABASE_URL: The role "nofx_registry" may not act as "nofx_owner": GRANT nofx_owner TO nofx_registry',
    );
  });

  it.each([
    [
      "PROVISION_DATABASE_URL",
      "postgres://nobody:wrong@127.0.0.1:1/postgres",
      /^PROVISION_DATABASE_URL: .*ECONNREFUSED/,
    ],
    [
      "PROVISION_DATABASE_URL",
      "postgres://nobody:wrong@localhost:1/postgres",
      /^PROVISION_DATABASE_URL: .*ECONNREFUSED/,
    ],
    ["NOFX_MIGRATOR_PASSWORD", "another", /^MIGRATION_DATABASE_URL: password authentication failed/],
  ])("says what is wrong with %s", async (name, value, message) => {
    const { env } = installationOn(inject("testServerUrl"));
    await expect(run({ ...env, [name]: value })).rejects.toThrow(message);
    await run(env);
  });
});

describe("on a managed server, where the administrator is no superuser", () => {
  let server: Awaited<ReturnType<typeof startForTests>>;
  let admin: string;
  beforeAll(async () => {
    server = await startForTests();
    await askOnce(server.url, "CREATE ROLE keeper LOGIN CREATEROLE CREATEDB PASSWORD 'test'");
    admin = asRole(server.url, "keeper", "test");
  });
  afterAll(() => server.stop());

  it("does the same, also in a database that the provider has made", async () => {
    const own = installationOn(admin, server.url);
    await run(own.env);
    expect((await run(own.env)).slice(-3)).toEqual(upToDate);
    expect(await owners(own.url)).toEqual([{ owner: "nofx_owner" }]);
    await expectServices(own.as);

    const given = installationOn(admin, server.url);
    await askOnce(server.url, `CREATE DATABASE ${given.database}`);
    await expect(run(given.env)).rejects.toThrow(
      `The database ${given.database}: Its owner must let nofx_owner make schemas: GRANT CREATE ON DATABASE`,
    );
    await askOnce(server.url, `GRANT CREATE ON DATABASE ${given.database} TO keeper WITH GRANT OPTION`);
    expect((await run(given.env)).at(-1)).toMatch(/applied$/);
    expect((await run(given.env)).slice(-3)).toEqual(upToDate);
    await expectServices(given.as);
  });

  it("names the role that somebody else has made", async () => {
    const { env } = installationOn(admin, server.url);
    await askOnce(server.url, "CREATE ROLE other LOGIN CREATEROLE CREATEDB PASSWORD 'test'");
    await expect(run({ ...env, PROVISION_DATABASE_URL: asRole(server.url, "other", "test") })).rejects.toThrow(
      /^PROVISION_DATABASE_URL: The role nofx_owner: permission denied to alter role\. /,
    );
  });

  it("migrates in the name of whoever logs in where there is no owner, and says so", async () => {
    const bare = await startForTests();
    onTestFinished(() => bare.stop());
    await askOnce(bare.url, "CREATE ROLE mine LOGIN CREATEROLE CREATEDB PASSWORD 'test'");
    await askOnce(asRole(bare.url, "mine", "test"), "CREATE DATABASE nofx");
    const url = asRole(onDatabase(bare.url, "nofx"), "mine", "test");
    const lines = await run({ MIGRATION_DATABASE_URL: url });
    expect(lines[1]).toBe("Owner: whoever migrates, there is no role nofx_owner");
    expect(await owners(url)).toEqual([{ owner: "mine" }]);
  });
});
