import { type Database, inTenant, type Reads, type TenantTransaction, type WriteScope } from "@nofx/db-kit";
import type { SearchEngine } from "@nofx/search-core";
import { sql } from "kysely";
import pLimit from "p-limit";
import { applyBatch } from "./apply.ts";
import { keptDictionaries } from "./kept-dictionaries.ts";
import { search } from "./search.ts";
import { suggest } from "./suggest.ts";

const service: WriteScope = { tenantId: "", subject: "search", role: "service", correlationId: "" };

/**
 * What the database works at for one process: with more at once none is done earlier, and most are done later. To look up
 * words is short and waits for nothing. Phrases of words that are everywhere take long: they wait for one another, and
 * nothing else does for them.
 */
const lanes = () => ({ searches: pLimit(3), phrases: pLimit(1), suggestions: pLimit(3) });

/** The engine in the service's own database: documents are written in the transaction that tells how far the index is. */
export const postgresEngine = <DB>(
  db: Database<DB>,
  { now = () => new Date(), reads = db }: { readonly now?: () => Date; readonly reads?: Reads<DB> } = {},
): SearchEngine<TenantTransaction<DB>> => {
  const means = { kept: keptDictionaries(), ...lanes() };
  return {
    create: async (generation, within) => {
      await sql`SELECT index_create(${generation})`.execute(within);
    },
    apply: (generation, batch, within) => applyBatch(within, generation, batch),
    settle: (generation) =>
      inTenant(db, service, async (trx) => {
        await sql`SET LOCAL statement_timeout = '15min'`.execute(trx);
        await sql`SELECT index_settle(${generation})`.execute(trx);
      }),
    search: (generation, request) => reads.ask(({ kysely }) => search(kysely, means, generation, request, now)),
    suggest: (generation, request) =>
      means.suggestions(() => reads.ask(({ kysely }) => suggest(kysely, generation, request))),
    size: (generation) =>
      inTenant(db, service, async (trx) => {
        const { rows } = await sql<{
          documents: string;
          terms: string;
        }>`SELECT * FROM index_size(${generation})`.execute(trx);
        return { documents: Number(rows[0]?.documents ?? 0), terms: Number(rows[0]?.terms ?? 0) };
      }),
    drop: (generation) =>
      inTenant(db, service, async (trx) => {
        await sql`SELECT index_drop(${generation})`.execute(trx);
      }),
  };
};
