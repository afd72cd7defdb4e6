import type { Difference, Finding, ProblemItem } from "@nofx/contract-kit";
import { findingsMax } from "./finding.ts";

/** What a problem tells beside its code. */
interface Told {
  readonly detail: string;
  readonly errors?: readonly ProblemItem[];
  readonly members: Readonly<Record<string, unknown>>;
}

/** What `manifest_invalid` tells: every error with its fix, and the warnings. */
export const invalidManifest = (errors: readonly Finding[], warnings: readonly Finding[]): Told => ({
  detail: `${errors.length > findingsMax ? `More than ${findingsMax}` : errors.length} ${errors.length === 1 ? "problem" : "problems"} in the manifest.`,
  errors: errors.map(({ path, message, code, fix }) => ({
    path,
    message: fix ? `${message} (such as ${fix})` : message,
    code,
  })),
  members: { warnings },
});

/** What `version_conflict` tells: which version stands, and what differs. */
export const versionConflict = (
  id: string,
  existing: { readonly version: string; readonly digest: string } | undefined,
  difference: readonly Difference[],
): Told => ({
  detail: `${id} ${existing?.version} is published with other content (${existing?.digest}); choose a higher version.`,
  members: { difference },
});
