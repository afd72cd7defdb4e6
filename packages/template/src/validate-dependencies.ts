import type { Finding } from "@nofx/contract-kit";
import { asObject, finding, type Path } from "@nofx/document";
import { parseRange } from "@nofx/versioning";

/** A range that no version could be held against. */
export const rangeFinding = (path: Path, range: unknown): Finding =>
  finding("error", path, "range_invalid", `"${range}" is no version range`, "^1.0.0");

/** What is wrong with the ranges of dependencies. */
export const rangeFindings = (content: Record<string, unknown>): Finding[] =>
  ["agents", "templates"].flatMap((kind) =>
    Object.entries(asObject(asObject(content.dependencies)[kind]))
      .filter(([, range]) => typeof range === "string" && parseRange(range) === undefined)
      .map(([id, range]) => rangeFinding(["content", "dependencies", kind, id], range)),
  );
