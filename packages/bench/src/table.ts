import type { Measurement } from "./measure.ts";

/** A line of the result. Without a goal it is only for information. */
export interface Row extends Measurement {
  readonly subject: string;
  readonly goal: number | undefined;
}

/** A line passes if nothing went wrong and the goal, if there is one, is met. */
export const passes = ({ ratio, goal, non2xx, errors }: Row): boolean =>
  non2xx === 0 && errors === 0 && (goal === undefined || ratio >= goal);

const head = [
  "subject",
  "service req/s",
  "bare req/s",
  "ratio",
  "p50 ms",
  "p99 ms",
  "goal",
  "",
  "non-2xx",
  "errors",
] as const;

const cells = (row: Row): string[] => [
  row.subject,
  row.servicePerSecond.toFixed(0),
  row.barePerSecond.toFixed(0),
  row.ratio.toFixed(2),
  row.p50Ms.toFixed(1),
  row.p99Ms.toFixed(1),
  row.goal?.toFixed(2) ?? "-",
  passes(row) ? "ok" : "FAIL",
  String(row.non2xx),
  String(row.errors),
];

/** The rows as aligned columns: the first to the left, numbers to the right. */
export const table = (rows: readonly Row[]): string => {
  const lines = [[...head], ...rows.map(cells)];
  const widths = head.map((_name, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
};
