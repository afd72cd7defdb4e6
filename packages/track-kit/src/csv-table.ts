import { stringify } from "csv-stringify/sync";
import { problem } from "./problem.ts";

/**
 * A table as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe before it: names and texts
 * come from whoever published or reported them. @throws request_invalid if there are more rows than may be; `advice` says
 * what to do then
 */
export const csvTable = (
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
  { rowsMax, advice }: { readonly rowsMax: number; readonly advice: string },
): string => {
  if (rows.length > rowsMax) throw problem("request_invalid", { detail: `More than ${rowsMax} rows: ${advice}` });
  const cast = { boolean: (value: boolean) => String(value) };
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: "windows",
    escape_formulas: true,
    cast,
  });
};
