import { type Cpu, parts } from "./capacity-cpu.ts";
import type { TableSize } from "./capacity-sizes.ts";

/** CPU time of one kind of request, in milliseconds for all of them. */
export interface Cost {
  readonly name: string;
  readonly requests: number;
  readonly units: number;
  readonly cpu: Cpu;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map((_, place) => (place === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");

const costRow = ({ name, requests, units, cpu }: Cost): (string | number)[] => {
  const micros = parts.map((part) => (cpu[part] * 1000) / (requests * units));
  const total = micros.reduce((sum, each) => sum + each, 0);
  return [name, requests, ...micros.map(Math.round), Math.round(1e6 / Math.max(total, 1))];
};

/** CPU per request by part, and what one core of everything together would answer in a second. */
export const costTable = (costs: readonly Cost[]): string =>
  table(["operation", "requests", ...parts.map((part) => `${part} µs`), "per core and second"], costs.map(costRow));

const per = (bytes: number, count: number): number => Math.round(bytes / Math.max(count, 1));

/** Bytes per row of each table that matters: at least a thousandth of the whole. */
export const sizeTable = (sizes: readonly TableSize[]): string => {
  const whole = sizes.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0);
  const large = sizes.filter(({ rows, bytes, indexBytes }) => rows > 0 && (bytes + indexBytes) * 1_000 >= whole);
  return table(
    ["table", "rows", "bytes per row", "index bytes per row", "MB"],
    large.map(({ table: name, rows, bytes, indexBytes }) => [
      name,
      rows,
      per(bytes, rows),
      per(indexBytes, rows),
      ((bytes + indexBytes) / 1e6).toFixed(1),
    ]),
  );
};

/** Bytes of a schema, for each version that was published. */
export const versionTable = (sizes: readonly TableSize[], versions: number): string => {
  const schemas = ["registry", "marketplace", "search"];
  const bytesOf = (schema: string): number =>
    sizes
      .filter(({ table: name }) => name.startsWith(`${schema}.`))
      .reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0);
  return table(
    ["schema", "MB", "bytes per version of the load"],
    schemas.map((schema) => [schema, (bytesOf(schema) / 1e6).toFixed(1), per(bytesOf(schema), versions)]),
  );
};
