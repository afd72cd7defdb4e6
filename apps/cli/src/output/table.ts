import Table from "cli-table3";
import stringWidth from "string-width";
import type { Style } from "./style.ts";

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** May be cut on a narrow terminal; the others never are. */
  readonly isFlexible?: boolean;
  readonly isNumber?: boolean;
}

const gap = 2;
const flexibleMin = 8;

const widthsOf = (cells: readonly (readonly string[])[]): number[] =>
  (cells[0] ?? []).map((_cell, index) => Math.max(...cells.map((row) => stringWidth(row[index] ?? ""))));

/** Takes from flexible columns, the widest first, until a line fits. */
const fitted = (widths: readonly number[], isFlexible: readonly boolean[], columns: number): number[] => {
  const narrowed = [...widths];
  const total = () => narrowed.reduce((sum, width) => sum + width + gap, -gap);
  while (total() > columns) {
    const widest = Math.max(...narrowed.filter((_width, index) => isFlexible[index]));
    if (widest <= flexibleMin || widest === Number.NEGATIVE_INFINITY) break;
    const index = narrowed.findIndex((width, each) => width === widest && isFlexible[each]);
    narrowed[index] = widest - 1;
  }
  return narrowed;
};

const frameless = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((part) => [part, ""]),
);

/** Rows under titles, in columns that fit the terminal; in a pipe nothing is cut. */
export const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string => {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row).replace(/\s+/g, " ")));
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = fitted(
    widthsOf([titles, ...cells]),
    columns.map(({ isFlexible }) => isFlexible ?? false),
    style.columns ?? Number.POSITIVE_INFINITY,
  );
  const drawn = new Table({
    chars: frameless,
    colWidths: widths.map((width) => width + gap),
    colAligns: columns.map(({ isNumber }) => (isNumber ? "right" : "left")),
    style: { "padding-left": 0, "padding-right": gap, head: [], border: [], compact: true },
  });
  drawn.push(
    titles.map((title) => style.dim(title)),
    ...cells,
  );
  return drawn.toString().replace(/[ \t]+$/gm, "");
};
