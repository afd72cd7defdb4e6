import type { ReportColumn } from "@nofx/contract-search";
import { z } from "zod";

interface Described {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
}

/** What has a name of its own is told by reference. */
interface ColumnSchema extends Described {
  readonly $defs?: Readonly<Record<string, Described>>;
}

const formats: Readonly<Record<string, ReportColumn["type"]>> = { date: "date", "date-time": "timestamp" };
const types: Readonly<Record<string, ReportColumn["type"]>> = {
  integer: "integer",
  number: "number",
  boolean: "boolean",
};

/** The columns of a report, as the schema of its rows says. */
export const columnsOf = (row: z.ZodObject): ReportColumn[] =>
  Object.entries(row.shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const { $defs = {}, description, ...own } = z.toJSONSchema(schema) as ColumnSchema;
    const [named = own] = Object.values($defs);
    const { type = "", format = "" } = named;
    const isOptional = schema instanceof z.ZodOptional;
    return {
      name,
      type: formats[format] ?? types[type] ?? "text",
      optional: isOptional,
      ...(description !== undefined && { description }),
    };
  });
