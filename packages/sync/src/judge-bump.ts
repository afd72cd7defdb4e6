import {
  type AgentVersionDocument,
  registryErrors,
  type SemverPolicy,
  type VersionChange,
} from "@nofx/contract-registry";
import { classify } from "@nofx/manifest";
import { isStable, judgeSemver, precedenceKey } from "@nofx/versioning";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { SyncProblem } from "./registry.ts";

const higher = (a: string, b: string): boolean => precedenceKey(a) > precedenceKey(b);

/**
 * The version of the directory that the registry will hold a version against once those before it are published;
 * undefined if it is one that is published already (`published`: the one the registry has named), or none. The
 * registry's rule: the highest release below; only if there is none, the highest pre-release.
 */
export const unpublishedBelow = (
  version: string,
  unpublished: readonly AgentVersionDocument[],
  published: string | undefined,
): AgentVersionDocument | undefined => {
  const below = unpublished.filter((document) => higher(version, document.version));
  const releases = below.filter((document) => isStable(document.version));
  const isReleased = published !== undefined && isStable(published);
  const candidates = releases.length > 0 || isReleased ? releases : below;
  const highest = candidates.reduce<AgentVersionDocument | undefined>(
    (best, document) => (best && higher(best.version, document.version) ? best : document),
    undefined,
  );
  if (!highest || published === undefined) return highest;
  const outranks = isStable(highest.version) === isReleased ? higher(highest.version, published) : !isReleased;
  return outranks ? highest : undefined;
};

/** What the registry will say of a version number. */
export interface JudgedBump {
  readonly bump: VersionChange;
  readonly problem?: SyncProblem;
  readonly warning?: FileFinding;
}

/** Judges as the registry will once `previous` is published. */
export const judgeAgainst = (
  previous: AgentVersionDocument,
  document: AgentVersionDocument,
  policy: Exclude<SemverPolicy, "off">,
  file: string,
): JudgedBump => {
  const { enough, least, reasons, ...bump } = judgeSemver(classify, previous, document);
  if (enough) return { bump };
  const [worst] = reasons;
  const detail = `${document.version} follows ${previous.version} of the same directory, but the change is ${bump.required}. ${worst?.reason}. Publish as ${least}.`;
  if (policy === "warn") {
    const place = { path: "$.version", field: "version" };
    return { bump, warning: { ...fileFinding(file, "version_bump_too_small", detail, place), severity: "warning" } };
  }
  const { title } = registryErrors.version_bump_too_small;
  return { bump, problem: { code: "version_bump_too_small", title, detail, ...bump, least, reasons } };
};
