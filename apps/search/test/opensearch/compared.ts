import { HttpProblem } from "@nofx/service-kit";
import { expect } from "vitest";
import type { Answered, Call, Connection } from "../../src/engines/opensearch/connection.ts";

/** What an answer tells of the cluster, and not of what was asked. */
const incidental = new Set([
  ...["took", "timed_out", "_shards"],
  ...["_version", "_seq_no", "_primary_term", "forced_refresh", "index_uuid"],
]);

const single = (value: unknown): unknown => (typeof value === "number" ? Math.fround(value) : value);

const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !incidental.has(key));
  return Object.fromEntries(
    entries.map(([key, each]): [string, unknown] => {
      if (key === "_source") return [key, each];
      if (key === "error") return [key, (each as { readonly type?: string }).type];
      if (key === "sort") return [key, (each as readonly unknown[]).map(single)];
      return [key, key === "_score" ? single(each) : comparable(each)];
    }),
  );
};

const failureOf = (error: unknown): object => {
  const { message, cause } = error as Error;
  const [type] = /\w+_exception/.exec(`${message} ${String(cause)}`) ?? [message];
  return { type, isProblem: error instanceof HttpProblem };
};

type Outcome = Readonly<{ answer: Answered<unknown> }> | Readonly<{ error: unknown }>;

const outcomeOf = (asked: Promise<Answered<unknown>>): Promise<Outcome> =>
  asked.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );

const toldBy = (outcome: Outcome): object =>
  "answer" in outcome
    ? { status: outcome.answer.status, body: comparable(outcome.answer.body) }
    : failureOf(outcome.error);

/** A connection to OpenSearch that asks the double the same, and fails where it answers otherwise. */
export const comparedWith = (double: Connection, real: Connection): Connection => ({
  ask: async <T>(call: Call) => {
    const [told, expected] = await Promise.all([outcomeOf(double.ask(call)), outcomeOf(real.ask(call))]);
    expect({ call, ...toldBy(told) }, "the double and OpenSearch").toEqual({ call, ...toldBy(expected) });
    if ("error" in expected) throw expected.error;
    return expected.answer as Answered<T>;
  },
  close: async () => {
    await Promise.all([double.close(), real.close()]);
  },
});
