import { jsonPath } from "@nofx/contract-kit";
import type { Finding } from "@nofx/contract-registry";

/** Where in a manifest: keys and positions from its root. */
export type Path = readonly PropertyKey[];

/** Makes a finding, its place written both ways. */
export const finding = (
  severity: Finding["severity"],
  path: Path,
  code: string,
  message: string,
  fix?: string,
): Finding => ({
  path: jsonPath(path),
  field: path.map(String).join("."),
  message,
  code,
  severity,
  ...(fix !== undefined && { fix }),
});

/** The value if it is an array, otherwise an empty one. */
export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value if it is a JSON object, otherwise an empty one. */
export const asObject = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
