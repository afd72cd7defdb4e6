import type { Totals } from "@nofx/search-core";
import { type Answered, type Evaluation, summarize } from "./evaluate.ts";

const figure = (value: number): string => value.toFixed(3);

/** Columns as wide as their widest cell. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

const queryRow = ({ query, kind, isHeldOut, measured, ranked }: Answered): string[] => [
  kind,
  isHeldOut ? "·" : "",
  query,
  figure(measured.ndcg),
  String(measured.firstRelevant ?? "-"),
  ranked.slice(0, 3).join(" "),
];

const totalsRow = (name: string, { queries, ndcg, mrr, zeroResultRate }: Totals): string[] => [
  name,
  String(queries),
  figure(ndcg),
  figure(mrr),
  figure(zeroResultRate),
];

/** An evaluation to read: each query, each kind, all, and whether the gate is open. */
export const tell = ({ answered, totals, kinds, failures }: Evaluation): string => {
  const heldOut = summarize(answered.filter(({ isHeldOut }) => isHeldOut));
  const tuned = summarize(answered.filter(({ isHeldOut }) => !isHeldOut));
  const queries = [["kind", "", "query", "nDCG@10", "first", "top 3"], ...answered.map(queryRow)];
  const means = [
    ["kind", "queries", "nDCG@10", "MRR", "zero results"],
    ...[...kinds].map(([kind, of]) => totalsRow(kind, of)),
    totalsRow("tuned on", tuned.totals),
    totalsRow("held out ·", heldOut.totals),
    totalsRow("all", totals),
  ];
  const verdict = failures.length === 0 ? "The gate is open." : `The gate is closed:\n${failures.join("\n")}`;
  return [table(queries), table(means), verdict].join("\n\n");
};
