import { type Connection, failedPart } from "./connection.ts";

/** One generation of the index, to be asked. */
export interface Reader {
  readonly connection: Connection;
  readonly index: string;
}

interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

/** What a search answers, as far as it is read here. */
export interface Found {
  readonly hits: {
    readonly total?: { readonly value: number; readonly relation: "eq" | "gte" };
    readonly hits: readonly {
      readonly _source?: unknown;
      readonly sort?: readonly (string | number)[];
      readonly matched_queries?: readonly string[];
    }[];
  };
  readonly aggregations?: Readonly<
    Record<string, { readonly buckets?: readonly Bucket[]; readonly values?: { readonly buckets: readonly Bucket[] } }>
  >;
}

interface Failed {
  readonly error: { readonly type: string; readonly reason: string };
  readonly status: number;
}

const timeoutMs = 3_000;

/** Answers without what some shards hold would be wrong without saying so. */
const whole = { allow_partial_search_results: false };

/** Searches. */
export const askOne = async ({ connection, index }: Reader, search: object): Promise<Found> => {
  const call = { method: "POST", path: `/${index}/_search`, query: whole, body: search, timeoutMs } as const;
  return (await connection.ask<Found>(call)).body;
};

/** Several searches in one request. */
export const askMany = async ({ connection, index }: Reader, searches: readonly object[]): Promise<Found[]> => {
  if (searches.length === 0) return [];
  const { body } = await connection.ask<{ readonly responses: readonly (Found | Failed)[] }>({
    method: "POST",
    path: `/${index}/_msearch`,
    lines: searches.flatMap((search) => [whole, search]),
    timeoutMs,
  });
  return body.responses.map((response) => {
    if ("error" in response) throw failedPart(response.status, `${response.error.type}: ${response.error.reason}`);
    return response;
  });
};

export const totalOf = (found: Found | undefined): number => found?.hits.total?.value ?? 0;
