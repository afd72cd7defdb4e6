import type { Difference, VersionChange, Visibility } from "@nofx/contract-kit";
import type { FileFinding } from "./finding.ts";
import type { Only } from "./read-directory.ts";
import type { SyncProblem } from "./service.ts";

/**
 * What a sync would do with a file, or with a resource (an agent, a template) that has none:
 * `create`: publish a version and the resource with it; `update`: publish a version of one that is there by then, or
 * change who may see it; `unchanged`: published with this content; `conflict`: published with other content; `refused`:
 * the service would not take it; `broken`: cannot be read or is not valid; `prune`: the resource is published and not in
 * the directory.
 */
export const syncActions = ["create", "update", "unchanged", "conflict", "refused", "broken", "prune"] as const;
export type SyncAction = (typeof syncActions)[number];

/** One line of a plan. */
export interface SyncItem<Manifest = unknown> {
  readonly action: SyncAction;
  /** The agentId or templateId. */
  readonly id: string;
  /** Unknown of some broken files; absent of `prune`. */
  readonly version?: string | undefined;
  /** The manifest, or what is there in its place, below the directory; absent of `prune`. */
  readonly file?: string | undefined;
  /** Errors of what is broken; warnings of the rest. */
  readonly findings: readonly FileFinding[];
  /** Why it is a conflict or refused. */
  readonly problem?: SyncProblem | undefined;
  /** What differs from the published version; of a conflict. */
  readonly difference?: readonly Difference[] | undefined;
  /** What the version number says and what it should say, where that was judged. */
  readonly bump?: VersionChange | undefined;
  /** What is published; not of what is broken. */
  readonly manifest?: Manifest | undefined;
}

export type SyncSummary = Readonly<Record<SyncAction, number>>;

/** What a sync would do, of each id the oldest version first. Nothing of it has been done. */
export interface SyncPlan<Manifest = unknown> {
  readonly items: readonly SyncItem<Manifest>[];
  readonly summary: SyncSummary;
  /** The tenant of the token; unknown as long as the service has said nothing about anything in the directory. */
  readonly tenant: string | undefined;
  readonly visibility: Visibility | undefined;
}

export interface PlanOptions {
  /** Who may read what is published; default: as it is, `private` for what is new. */
  readonly visibility?: Visibility | undefined;
  /** Directories judged at once; default 8. */
  readonly concurrency?: number | undefined;
  /** Only these of the directory; then nothing is a candidate for `prune`. Default: all of it. */
  readonly only?: Only | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of an item. `identical`: was there before; `disabled`: pruned; `failed`: see `problem`; `skipped`: not
 * tried, because of an earlier version, of another failure (prune), or of an abort.
 */
export type SyncOutcome = "created" | "identical" | "disabled" | "failed" | "skipped";

export interface SyncResult {
  readonly item: SyncItem;
  readonly outcome: SyncOutcome;
  /** Why it failed or was skipped. */
  readonly problem?: SyncProblem | undefined;
}

export interface SyncReport {
  /** In the plan's order; of `prune` only if that was asked for. */
  readonly results: readonly SyncResult[];
  readonly summary: Readonly<Record<SyncOutcome, number>>;
  readonly aborted: boolean;
}

export interface ApplyOptions {
  /** Disable what the tenant has and the directory has not; default: leave it. */
  readonly prune?: boolean | undefined;
  /** Why, for the audit log and for readers; at most 500 characters. */
  readonly pruneReason?: string | undefined;
  /** Publish what can be published although something else cannot; default: then publish nothing. */
  readonly partial?: boolean | undefined;
  /** Directories published at once; default 8. */
  readonly concurrency?: number | undefined;
  /** Ends the apply after what is under way; the report says how far it has come. */
  readonly signal?: AbortSignal | undefined;
  /** Called as each item is settled. */
  readonly onResult?: ((result: SyncResult) => void) | undefined;
}

/** Nothing was written, because of these items of the plan. */
export class SyncRefused extends Error {
  readonly items: readonly SyncItem[];
  constructor(items: readonly SyncItem[], message: string) {
    super(message);
    this.name = "SyncRefused";
    this.items = items;
  }
}
