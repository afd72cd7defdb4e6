import type { Bump, Difference } from "@nofx/contract-kit";

/** What a difference means for those who rely on what is published. */
export type Severity = Difference["severity"];

/** A difference before it is judged. */
export interface Change {
  readonly kind: "added" | "removed" | "changed" | "reordered";
  /** JSONPath (RFC 9535). */
  readonly path: string;
  /** The names that lead there: keys, ids of list members, positions. */
  readonly names: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Severity, and the sentence about it; `{}` in it stands for the thing's name. */
export type Verdict = readonly [severity: Severity, sentence: string];

const ranks: Readonly<Record<Bump, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** Negative if `a` is the smaller one. */
export const compareBumps = (a: Bump, b: Bump): number => ranks[a] - ranks[b];
