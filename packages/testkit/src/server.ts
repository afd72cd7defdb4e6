import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { asRole, migrateUp, provisionInstallation, readMigrations, type Track, withClient } from "@nofx/db-kit";
import { startForTests } from "@nofx/db-kit/embedded";
import pg from "pg";

/** A track with the role that its service uses. */
export interface TestTrack extends Track {
  readonly role: string;
  /** A statement of what the service would do first in each database: done once, before databases are cloned. */
  readonly prepared?: string;
}

/** Password of the services' roles on test servers. */
const rolePassword = "test";

/** Whose the tables are, as in an installation: no superuser, so that row-level security binds the owner, too. */
const ownerRole = "nofx_owner";

/** Where tests find their PostgreSQL server. */
export interface TestServer {
  /** Connection string of an account that may create databases and roles. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server of TEST_DATABASE_URL, or one of our own: embedded, or with TEST_DATABASE=container in a container of
 * TEST_POSTGRES_IMAGE, default `postgres:18`.
 */
export const startTestServer = async (url: string | undefined = process.env.TEST_DATABASE_URL): Promise<TestServer> => {
  if (url) return { url, stop: async () => undefined };
  const { TEST_DATABASE: kind = "embedded", TEST_POSTGRES_IMAGE: image = "postgres:18" } = process.env;
  if (kind === "embedded") return await startForTests();
  if (kind !== "container") throw new Error(`TEST_DATABASE is "${kind}"; set it to "embedded" or "container"`);
  // What speaks to a container engine is loaded by those who have one.
  const { startContainer } = await import("./container.ts");
  return await startContainer(image);
};

const onDatabase = (url: string, database: string): string => {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
};

/**
 * Makes the database that tests clone: migrated once per state of the migrations, whoever comes first. Gives its name.
 */
export const prepareTemplate = async (serverUrl: string, track: TestTrack): Promise<string> => {
  const migrations = await readMigrations(track.directory);
  const state = createHash("sha256")
    .update([...migrations.map(({ up }) => up), track.prepared, ownerRole].join())
    .digest("hex")
    .slice(0, 12);
  const name = `template_${track.schema}_${state}`;
  await withClient(serverUrl, async (client) => {
    await client.query("SELECT pg_advisory_lock(hashtextextended('nofx test template', 0))");
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1 AND datistemplate", [name]);
    if (rowCount) return;
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await provisionInstallation(serverUrl, {
      database: name,
      owner: ownerRole,
      migrator: { role: "nofx_migrator", password: rolePassword },
      services: [{ role: track.role, password: rolePassword, schema: track.schema }],
    });
    const url = onDatabase(serverUrl, name);
    await migrateUp(url, track, ownerRole);
    const { prepared } = track;
    if (prepared !== undefined) await withClient(url, (database) => database.query(prepared));
    await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  });
  return name;
};

/** A database of a test file's own, as it was after the migrations. */
export interface TestDatabase {
  readonly name: string;
  /** As the service's role. */
  readonly url: string;
  /** As the superuser: for looking behind the service's back. */
  readonly adminUrl: string;
  /** Runs one statement as the superuser. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
  /** Drops it beside what comes next, as soon as those who are about to leave have left. */
  dropSoon(): void;
}

/** Connections that are kept for a while: each new one is a process of the server, which learns the catalogue anew. */
const keptConnections = (connectionString: string, max: number, idleTimeoutMillis: number): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis, allowExitOnIdle: true });
  // The server, or the database, may end before they do.
  pool.on("error", () => undefined);
  return pool;
};

const makers = new Map<string, pg.Pool>();

/** What makes and drops databases. */
const maker = (serverUrl: string): pg.Pool => {
  const known = makers.get(serverUrl);
  if (known) return known;
  const pool = keptConnections(serverUrl, 2, 5_000);
  makers.set(serverUrl, pool);
  return pool;
};

/** How long a backend takes to end after its client has left. The server would wait for it in steps of 100 ms. */
const leaveMs = 100;

let clones = 0;

/** What the names of a run's databases begin with. */
export const nameRun = (): string => `test_${process.pid}_${Date.now().toString(36)}`;

/** Drops what a run has left on a server: a worker that ends does not wait for databases that are to be dropped soon. */
export const dropLeft = async (serverUrl: string, run: string): Promise<void> =>
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
      [`${run}_`],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });

/** Clones the template, or another database that nobody is connected to: some 30 ms, whatever the number of migrations. */
export const cloneDatabase = async (
  serverUrl: string,
  template: string,
  role: string,
  run = nameRun(),
): Promise<TestDatabase> => {
  clones += 1;
  const name = `${run}_${process.pid}_${clones}`;
  await maker(serverUrl).query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const adminUrl = onDatabase(serverUrl, name);
  const admin = keptConnections(adminUrl, 3, 500);
  const drop = async () => {
    await maker(serverUrl).query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    name,
    url: asRole(adminUrl, role, rolePassword),
    adminUrl,
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    drop,
    dropSoon: () => {
      // What it cannot drop is dropped with the run, or is gone with the server.
      void delay(leaveMs, undefined, { ref: false })
        .then(drop)
        .catch(() => undefined);
    },
  };
};
