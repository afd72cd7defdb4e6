import type { Asker, Resource } from "./resource.ts";

/** Versions of a resource that want the same. */
export interface WantingVersions extends Resource {
  readonly versions: readonly string[];
}

/** Who wants a resource within a range. */
export interface Want {
  readonly resource: Resource;
  readonly range: string;
  /** Who, for people: `template acme/a 1.0.0`. */
  readonly by: string;
  readonly asker: Asker | WantingVersions;
  /** How the one who wants came in: from who asked from the outset to itself. */
  readonly path: readonly string[];
}

/** Why a resource cannot be had. */
export type ClashCode = "absent" | "no_versions" | "range_invalid" | "unfit" | "cycle";

/** Wants of one resource that no version of it fits, or templates that contain themselves. */
export interface Clash {
  readonly code: ClashCode;
  readonly resource: Resource;
  readonly wanted: readonly Want[];
  /** The highest versions that there are to choose from. */
  readonly available: readonly string[];
  /** The way from the template back to itself; empty for other clashes. */
  readonly cycle: readonly string[];
  readonly message: string;
}

/**
 * Why there is no solution. `message` says all of it. The wants that are named here are in conflict as they stand: without
 * any one of them (or of the cycles) the others could be satisfied, unless the search for such a set took too long.
 */
export interface Conflict extends Clash {
  /** What stands in the way of other choices. */
  readonly others: readonly Clash[];
  /** Wants that could be satisfied, but are why the clashes cannot be avoided by another choice. */
  readonly because: readonly Want[];
}
