import { fileURLToPath } from "node:url";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { asRole } from "../src/connection-string.ts";
import { type Database, type DatabaseOptions, openDatabase } from "../src/database.ts";
import type { Track } from "../src/migrate.ts";
import type { TenantScope, WriteScope } from "../src/tenant.ts";

/** The tables of the tests' own track. */
export interface KitTables {
  notes: { tenant_id: string; id: string; body: string; visibility?: "private" | "public" };
  feed: { epoch: string; position: string };
}

export const track: Track = {
  schema: "kit",
  directory: fileURLToPath(new URL("./migrations", import.meta.url)),
};

/** The role that the kit is used as. */
export const service = { role: "kit_service", password: "test" };

/** The migrated database that tests clone. */
export const template = "kit_template";

/** The same server, another database. */
export const onDatabase = (url: string, database: string): string => {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
};

/** Work on one connection that ends with it. */
export const asAdmin = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

let databases = 0;

/** Makes a database that is gone after the test: a clone of the template, or an empty one. Gives the superuser's URL. */
export const freshDatabase = async (from: string): Promise<string> => {
  databases += 1;
  const name = `kit_${process.pid}_${databases}_${Date.now().toString(36)}`;
  const serverUrl = inject("serverUrl");
  await asAdmin(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`));
  onTestFinished(() =>
    asAdmin(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)).then(() => {}),
  );
  return onDatabase(serverUrl, name);
};

/** A test's own migrated database. */
export interface Kit {
  /** As the service's role. */
  readonly db: Database<KitTables>;
  readonly url: string;
  readonly adminUrl: string;
  /** What the pools reported as broken while idle. */
  readonly idleErrors: Error[];
  /** Another pool on the same database, closed after the test. */
  open(options?: Partial<DatabaseOptions>): Database<KitTables>;
  /** Runs one statement as the superuser, behind the service's back. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

export const freshKit = async (options: Partial<DatabaseOptions> = {}): Promise<Kit> => {
  const adminUrl = await freshDatabase(template);
  const url = asRole(adminUrl, service.role, service.password);
  const idleErrors: Error[] = [];
  const open = (more: Partial<DatabaseOptions> = {}): Database<KitTables> => {
    const db = openDatabase<KitTables>({
      url,
      applicationName: "kit",
      onIdleError: (error) => idleErrors.push(error),
      ...options,
      ...more,
    });
    onTestFinished(() => db.close());
    return db;
  };
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    asAdmin(adminUrl, async (client) => (await client.query<Row>(text, values)).rows);
  return { db: open(), url, adminUrl, idleErrors, open, query };
};

/** Somebody of a tenant. */
export const member = (tenantId: string): WriteScope => ({
  tenantId,
  subject: `somebody@${tenantId}`,
  role: "member",
  correlationId: `request-of-${tenantId}`,
});

/** The service itself, which sees all tenants' rows. */
export const everybody: TenantScope = { tenantId: "", subject: "service", role: "service" };

export const at = new Date("2026-01-02T03:04:05.678Z");
