import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Kysely, PostgresDialect, sql } from "kysely";
import { type Migration, type MigrationResultSet, Migrator, NO_MIGRATIONS } from "kysely/migration";
import pg from "pg";

/**
 * The migrations of one track: plain SQL, `YYYYMMDD_trackX_what.up.sql` and `.down.sql`. Where an `.instead.sql` lies
 * beside them, it is applied in the place of `.up.sql`, which never changes: for what turned out not to work everywhere.
 */
export interface Track {
  readonly schema: string;
  readonly directory: string;
}

interface SqlMigration {
  readonly name: string;
  /** What is applied. */
  readonly up: string;
  readonly down: string;
  /** SHA-256 of the `.up.sql`: an applied migration may not change. */
  readonly checksum: string;
}

const migrationTable = "schema_migrations";
const namePattern = /^(\d{8}_track[A-Z]_[a-z0-9_]+)\.(up|down|instead)\.sql$/;

/** Reads a track's migrations in order. Refuses names that do not follow the pattern, and `up` or `down` alone. */
export const readMigrations = async (directory: string): Promise<SqlMigration[]> => {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".sql")).sort();
  const misnamed = files.filter((file) => !namePattern.test(file));
  if (misnamed.length > 0)
    throw new Error(`Migrations are named YYYYMMDD_trackX_what.up.sql and .down.sql, unlike: ${misnamed.join(", ")}`);
  const names = [...new Set(files.map((file) => file.replace(namePattern, "$1")))];
  const missing = names
    .flatMap((name) => [`${name}.up.sql`, `${name}.down.sql`])
    .filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`Each migration has a way up and a way down; missing: ${missing.join(", ")}`);
  const text = (file: string) => readFile(join(directory, file), "utf8");
  return await Promise.all(
    names.map(async (name) => {
      const [up, down] = await Promise.all([text(`${name}.up.sql`), text(`${name}.down.sql`)]);
      const instead = files.includes(`${name}.instead.sql`) ? await text(`${name}.instead.sql`) : undefined;
      return { name, up: instead ?? up, down, checksum: createHash("sha256").update(up).digest("hex") };
    }),
  );
};

const checksums = (schema: string) => sql.table(`${schema}.schema_checksums`);

const runnable = (schema: string, migration: SqlMigration): Migration => ({
  up: async (db) => {
    await sql.raw(migration.up).execute(db);
    await sql`INSERT INTO ${checksums(schema)} (name, checksum) VALUES (${migration.name}, ${migration.checksum})`.execute(
      db,
    );
  },
  down: async (db) => {
    await sql.raw(migration.down).execute(db);
    await sql`DELETE FROM ${checksums(schema)} WHERE name = ${migration.name}`.execute(db);
  },
});

/** @throws if a migration that was applied is gone or has been edited since. */
const verifyChecksums = async (
  db: Kysely<unknown>,
  schema: string,
  migrations: readonly SqlMigration[],
): Promise<void> => {
  const applied = await sql<{
    name: string;
    checksum: string;
  }>`SELECT name, checksum FROM ${checksums(schema)}`.execute(db);
  for (const { name, checksum } of applied.rows) {
    const file = migrations.find((migration) => migration.name === name);
    if (!file)
      throw new Error(
        `The database has migration ${name}, which this version does not know: it is newer than the program`,
      );
    if (file.checksum !== checksum)
      throw new Error(`Migration ${name} was edited after it was applied; write a new one instead`);
  }
};

/** As PostgreSQL 18 has it: a random UUID of version 4 whose first bytes become milliseconds, and whose version 7. */
const uuidv7 = (schema: string) => sql`
  CREATE OR REPLACE FUNCTION ${sql.id(schema)}.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
      PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
      FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
  $$`;

/** Makes what migrations use and servers before PostgreSQL 18 lack. */
const fillGaps = async (db: Kysely<unknown>, schema: string): Promise<void> => {
  const { rows } = await sql<{ lacks: boolean }>`
    SELECT to_regprocedure('pg_catalog.uuidv7()') IS NULL AND
           to_regprocedure(${`${schema}.uuidv7()`}) IS NULL AS lacks`.execute(db);
  if (rows[0]?.lacks) await uuidv7(schema).execute(db);
};

/**
 * Makes the schema and the table of checksums. The lock, which the connection holds until it ends, spans everything
 * from here on: `IF NOT EXISTS` fails when two create the same thing at once.
 */
const prepareSchema = async (db: Kysely<unknown>, schema: string, owner: string | undefined): Promise<void> => {
  // Holds as long as the lock does: the pool has one connection and never replaces it.
  if (owner !== undefined) await sql`SET ROLE ${sql.id(owner)}`.execute(db);
  await sql`SELECT pg_advisory_lock(hashtextextended(${`${schema}.${migrationTable}`}, 0))`.execute(db);
  await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(schema)}`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS ${checksums(schema)} (name text PRIMARY KEY, checksum text NOT NULL)`.execute(
    db,
  );
  await fillGaps(db, schema);
};

const withMigrator = async (
  url: string,
  track: Track,
  owner: string | undefined,
  run: (migrator: Migrator) => Promise<MigrationResultSet>,
): Promise<string[]> => {
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
  // The next statement tells of a broken connection. Without a listener it ends the process.
  pool.on("error", () => undefined);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrations = await readMigrations(track.directory);
    await prepareSchema(db, track.schema, owner);
    await verifyChecksums(db, track.schema, migrations);
    const { error, results } = await run(
      new Migrator({
        db,
        migrationTableName: migrationTable,
        migrationLockTableName: `${migrationTable}_lock`,
        migrationTableSchema: track.schema,
        provider: {
          getMigrations: async () =>
            Object.fromEntries(migrations.map((migration) => [migration.name, runnable(track.schema, migration)])),
        },
      }),
    );
    if (error) throw error;
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
};

/**
 * Applies what is missing, all of it in one transaction, under a lock. Gives the names of those applied. What is made
 * belongs to `owner`, in whose name it is done; default: to whoever logs in.
 */
export const migrateUp = (url: string, track: Track, owner?: string): Promise<string[]> =>
  withMigrator(url, track, owner, (migrator) => migrator.migrateToLatest());

/** Takes every migration back. Gives the names of those reverted. */
export const migrateDown = (url: string, track: Track): Promise<string[]> =>
  withMigrator(url, track, undefined, (migrator) => migrator.migrateTo(NO_MIGRATIONS));

/** How a track's schema stands. For readiness: runs as the service's role. */
export interface SchemaState {
  /** The last migration that was applied; undefined: none. */
  readonly version: string | undefined;
  /** Names of migrations that the program has and the database has not. */
  readonly pending: readonly string[];
}

/** Holds the database's migrations against the program's. */
export const schemaState = async (pool: pg.Pool, track: Track): Promise<SchemaState> => {
  const { rows } = await pool.query<{ name: string }>(`SELECT name FROM ${migrationTable} ORDER BY name`);
  const applied = new Set(rows.map((row) => row.name));
  const known = (await readMigrations(track.directory)).map(({ name }) => name);
  return { version: rows.at(-1)?.name, pending: known.filter((name) => !applied.has(name)) };
};
