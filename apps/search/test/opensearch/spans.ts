import { onlyKeys, unreadable } from "./failure.ts";
import type { Stored } from "./stored-index.ts";

type Json = Record<string, unknown>;

/** From which place to which, the end left out. */
interface Span {
  readonly start: number;
  readonly end: number;
}

const near = (clauses: readonly Json[], document: Stored): Span[] => {
  const [first, ...others] = clauses.map((clause) => spansOf(clause, document));
  return others.reduce(
    (spans, next) =>
      spans.flatMap(({ start, end }) =>
        next.filter((other) => other.start === end).map((other) => ({ start, end: other.end })),
      ),
    first ?? [],
  );
};

/** Where a span query fits. */
export const spansOf = (query: Json, document: Stored): Span[] => {
  const [entry] = Object.entries(query);
  const [kind, body] = entry ?? ["", {}];
  if (kind === "span_term") {
    const [[field, given] = ["", {}]] = Object.entries(body as Json);
    onlyKeys("span_term", given as object, ["value"]);
    const places = document.places.get(field)?.get(String((given as Json).value)) ?? [];
    return places.map((start) => ({ start, end: start + 1 }));
  }
  const { clauses, slop, in_order: inOrder } = body as { clauses: Json[]; slop?: number; in_order?: boolean };
  if (kind === "span_or") return clauses.flatMap((clause) => spansOf(clause, document));
  if (kind !== "span_near") throw unreadable(`[${kind}] is no span query`);
  if (slop !== 0 || inOrder !== true) throw new Error("the double knows words behind each other only");
  return near(clauses, document);
};
