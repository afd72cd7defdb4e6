import { deletionKeys, type IndexBatch, keyText } from "@nofx/search-core";
import { sql } from "kysely";
import { documentRow } from "./document-row.ts";
import type { Reader } from "./reader.ts";

/** Writes a batch: one statement for the documents, and one that says how new words may be misspelt. */
export const applyBatch = async (trx: Reader, generation: number, batch: IndexBatch): Promise<void> => {
  // Nobody finds what is disabled: it is not there.
  const shown = batch.puts.filter(({ status }) => status !== "disabled");
  const hidden = batch.puts.filter(({ status }) => status === "disabled");
  const puts = [...new Map(shown.map((document) => [keyText(document), document])).values()].map(documentRow);
  const put = new Set(puts.map(({ key }) => key));
  const removed = [...batch.removes, ...hidden].map(keyText).filter((key) => !put.has(key));
  if (puts.length === 0 && removed.length === 0) return;
  const { rows } = await sql<{ fresh: [scope: string, term: string][] }>`
    SELECT index_apply(${generation}, ${JSON.stringify(puts)}, ${[...new Set(removed)]}) AS fresh`.execute(trx);
  const fresh = rows[0]?.fresh ?? [];
  if (fresh.length === 0) return;
  const spelled = fresh.map(([scope, term]) => ({ scope, term, deletions: deletionKeys(term) }));
  await sql`SELECT index_spell(${generation}, ${JSON.stringify(spelled)})`.execute(trx);
};
