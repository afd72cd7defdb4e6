import type { SemverPolicy, VersionChange } from "@nofx/contract-kit";
import { isStable, precedenceKey } from "@nofx/versioning";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { AnyManifest, Semver } from "./kind.ts";
import type { SyncProblem } from "./service.ts";

const higher = (a: string, b: string): boolean => precedenceKey(a) > precedenceKey(b);

/**
 * The version of the directory that the service will hold a version against once those before it are published;
 * undefined if it is one that is published already (`published`: the one the service has named), or none. The
 * services' rule: the highest release below; only if there is none, the highest pre-release.
 */
export const unpublishedBelow = <Manifest extends Pick<AnyManifest, "version">>(
  version: string,
  unpublished: readonly Manifest[],
  published: string | undefined,
): Manifest | undefined => {
  const below = unpublished.filter((manifest) => higher(version, manifest.version));
  const releases = below.filter((manifest) => isStable(manifest.version));
  const isReleased = published !== undefined && isStable(published);
  const candidates = releases.length > 0 || isReleased ? releases : below;
  const highest = candidates.reduce<Manifest | undefined>(
    (best, manifest) => (best && higher(best.version, manifest.version) ? best : manifest),
    undefined,
  );
  if (!highest || published === undefined) return highest;
  const outranks = isStable(highest.version) === isReleased ? higher(highest.version, published) : !isReleased;
  return outranks ? highest : undefined;
};

/** What the service will say of a version number. */
interface JudgedBump {
  readonly bump: VersionChange;
  readonly problem?: SyncProblem;
  readonly warning?: FileFinding;
}

/** Judges as the service will once `previous` is published. */
export const judgeAgainst = <Manifest extends AnyManifest>(
  { compare, refusal }: Semver<Manifest>,
  [previous, manifest]: readonly [Manifest, Manifest],
  policy: Exclude<SemverPolicy, "off">,
  file: string,
): JudgedBump => {
  const { enough, least, reasons, ...bump } = compare(previous, manifest);
  if (enough) return { bump };
  const [worst] = reasons;
  const detail = `${manifest.version} follows ${previous.version} of the same directory, but the change is ${bump.required}. ${worst?.reason}. Publish as ${least}.`;
  if (policy === "warn") {
    const place = { path: "$.version", field: "version" };
    return { bump, warning: { ...fileFinding(file, "version_bump_too_small", detail, place), severity: "warning" } };
  }
  return { bump, problem: { code: "version_bump_too_small", title: refusal, detail, ...bump, least, reasons } };
};
