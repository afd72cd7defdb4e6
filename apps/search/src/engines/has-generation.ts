import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import { problem } from "../problem.ts";
import type { Connection } from "./opensearch/connection.ts";

/** Tells whether an engine has a generation. It was lost, or another engine has it, if it has not. */
export type HasGeneration = (generation: number) => Promise<boolean>;

const service: TenantScope = { tenantId: "", subject: "search", role: "service" };

/** Whether the database has the tables of a generation. */
export const inPostgres =
  <DB>(db: Database<DB>): HasGeneration =>
  async (generation) => {
    const rows = await readInTenant(db, service, (query: Kysely<DB>) => ({
      compile: () =>
        sql<{ has: boolean }>`SELECT to_regclass(${`search.index_words_${generation}`}) IS NOT NULL AS has`.compile(
          query,
        ),
    }));
    return rows[0]?.has === true;
  };

const askMs = 3_000;

/** Whether OpenSearch has the index of a generation. @throws unavailable */
export const inOpensearch =
  (connection: Connection, prefix: string): HasGeneration =>
  async (generation) => {
    const path = `/${prefix}-${generation}`;
    const { status } = await connection.ask({ method: "HEAD", path, timeoutMs: askMs, allowed: [404] });
    return status !== 404;
  };

/** What PostgreSQL says of tables and functions that are not there. */
const missing = new Set<unknown>(["42P01", "42883"]);

/** Asks for something of a generation. @throws unavailable if there is no such generation */
export const askIfThere = async <T>(has: HasGeneration, generation: number, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!missing.has((error as { readonly code?: unknown }).code) || (await has(generation))) throw error;
    const detail = "The index is not there, or not yet.";
    throw problem("unavailable", { detail, headers: { "retry-after": "2" } });
  }
};
