import type { SearchEngine } from "@nofx/search-core";
import { applyBatch } from "./apply.ts";
import type { Connection } from "./connection.ts";
import { type IndexShape, indexDefinition } from "./mapping.rules.ts";
import type { Reader } from "./reader.ts";
import { search } from "./search.ts";
import { suggest } from "./suggest.ts";

/** How the engine names and makes its indexes. */
export interface OpensearchOptions extends IndexShape {
  /** What the names of indexes begin with; those of generations follow. */
  readonly prefix: string;
  readonly now?: () => Date;
}

const changeMs = 10_000;
const askMs = 3_000;
const settleMs = 60_000;

/** The engine in OpenSearch: an index for each generation, which is told a batch again when the transaction has failed. */
export const opensearchEngine = (
  connection: Connection,
  { prefix, now = () => new Date(), ...shape }: OpensearchOptions,
): SearchEngine<unknown> => {
  const indexOf = (generation: number): string => `${prefix}-${generation}`;
  const writable = (generation: number): string => `${indexOf(generation)}-write`;
  const reader = (generation: number): Reader => ({ connection, index: indexOf(generation) });
  return {
    create: async (generation) => {
      const path = `/${indexOf(generation)}`;
      const there = await connection.ask({ method: "HEAD", path, timeoutMs: askMs, allowed: [404] });
      if (there.status !== 404) return;
      const body = { ...indexDefinition(shape), aliases: { [writable(generation)]: {} } };
      await connection.ask({ method: "PUT", path, body, timeoutMs: changeMs });
    },
    apply: (generation, batch) => applyBatch(connection, writable(generation), batch),
    settle: async (generation) => {
      await connection.ask({ method: "POST", path: `/${indexOf(generation)}/_refresh`, timeoutMs: settleMs });
    },
    search: (generation, request) => search(reader(generation), request, now),
    suggest: (generation, request) => suggest(reader(generation), request),
    size: async (generation) => {
      const { body } = await connection.ask<{
        readonly hits: { readonly total: { readonly value: number } };
        readonly aggregations: { readonly terms: { readonly value: number } };
      }>({
        method: "POST",
        path: `/${indexOf(generation)}/_search`,
        // By ordinals each word is looked at once; the default looks at it in every document, for seconds.
        body: {
          size: 0,
          track_total_hits: true,
          aggs: { terms: { cardinality: { field: "words", execution_hint: "ordinals" } } },
        },
        timeoutMs: askMs,
      });
      return { documents: body.hits.total.value, terms: body.aggregations.terms.value };
    },
    drop: async (generation) => {
      const path = `/${indexOf(generation)}`;
      await connection.ask({ method: "DELETE", path, timeoutMs: changeMs, allowed: [404] });
    },
  };
};
