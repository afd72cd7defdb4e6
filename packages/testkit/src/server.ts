import { createHash } from "node:crypto";
import {
  askOnce,
  asRole,
  migrateUp,
  provisionInstallation,
  readMigrations,
  type Track,
  withClient,
} from "@nofx/db-kit";
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

/** The server of TEST_DATABASE_URL, or an embedded one of our own. */
export const startTestServer = async (url: string | undefined = process.env.TEST_DATABASE_URL): Promise<TestServer> =>
  url ? { url, stop: async () => undefined } : await startForTests();

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
}

const makers = new Map<string, pg.Pool>();

/** Connections that make and drop databases, kept for a while: to connect costs as much as half of a clone. */
const maker = (serverUrl: string): pg.Pool => {
  const known = makers.get(serverUrl);
  if (known) return known;
  const pool = new pg.Pool({ connectionString: serverUrl, max: 2, idleTimeoutMillis: 5_000, allowExitOnIdle: true });
  // The server may end before they do.
  pool.on("error", () => undefined);
  makers.set(serverUrl, pool);
  return pool;
};

let clones = 0;

/** Clones the template, or another database that nobody is connected to: some 30 ms, whatever the number of migrations. */
export const cloneDatabase = async (serverUrl: string, template: string, role: string): Promise<TestDatabase> => {
  clones += 1;
  const name = `test_${process.pid}_${clones}_${Date.now().toString(36)}`;
  await maker(serverUrl).query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const adminUrl = onDatabase(serverUrl, name);
  return {
    name,
    url: asRole(adminUrl, role, rolePassword),
    adminUrl,
    query: async <Row extends object>(text: string, values: unknown[] = []) => askOnce<Row>(adminUrl, text, values),
    drop: async () => {
      await maker(serverUrl).query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
};
