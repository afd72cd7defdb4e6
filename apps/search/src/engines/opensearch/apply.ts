import { type IndexBatch, keyText } from "@nofx/search-core";
import { type Connection, failedPart } from "./connection.ts";
import { indexedDocument } from "./indexed-document.rules.ts";

/** Less than PostgreSQL waits for the transaction that this is part of. */
const timeoutMs = 6_000;

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly Readonly<Record<string, BulkItem>>[];
}

/** One line that says what is done, and the document that it is done with; the last state of each document. */
const linesOf = ({ puts, removes }: IndexBatch): object[] => {
  const lines = new Map<string, object[]>();
  for (const key of removes.map(keyText)) lines.set(key, [{ delete: { _id: key } }]);
  for (const document of puts) {
    const key = keyText(document);
    // Nobody finds what is disabled: it is not there.
    const isShown = document.status !== "disabled";
    lines.set(key, isShown ? [{ index: { _id: key } }, indexedDocument(document)] : [{ delete: { _id: key } }]);
  }
  return [...lines.values()].flat();
};

const isMissing = ({ error }: BulkItem): boolean => error?.type === "index_not_found_exception";

/**
 * Writes a batch and has it found when this returns. To write it again changes nothing. A generation that OpenSearch does
 * not have stays away: searches of it say so, which is better than to answer from the little that has changed since.
 */
export const applyBatch = async (connection: Connection, writable: string, batch: IndexBatch): Promise<void> => {
  const lines = linesOf(batch);
  if (lines.length === 0) return;
  const { body, status } = await connection.ask<BulkAnswer>({
    method: "POST",
    path: `/${writable}/_bulk`,
    // An index is never made by writing to it: only what was created has the alias.
    query: { refresh: true, require_alias: true },
    lines,
    timeoutMs,
    allowed: [404],
  });
  if (status === 404 || !body.errors) return;
  const failed = body.items
    .flatMap((item) => Object.values(item))
    .filter((item) => item.error !== undefined && !isMissing(item))
    // What passes by itself first: then nothing is to blame.
    .sort((a, b) => b.status - a.status)[0];
  if (failed) throw failedPart(failed.status, `${failed.error?.type}: ${failed.error?.reason}`);
};
