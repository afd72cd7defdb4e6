import type { VersionStatus } from "@nofx/contract-kit";

export type ResourceKind = "agent" | "template";

/** What has versions and can be depended on. */
export interface Resource {
  readonly kind: ResourceKind;
  readonly tenant: string;
  readonly id: string;
}

/** One version of it. */
export interface ResourceVersion extends Resource {
  readonly version: string;
}

/** That a version of a resource within a range is wanted. `latest` is `*`. */
export interface Requirement {
  readonly resource: Resource;
  readonly range: string;
}

/** Who wants something, beside the versions that are chosen: what is resolved, an environment, or whoever calls. */
export type Asker =
  | ResourceVersion
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "caller" };

/** What is wanted from the outset. */
export interface AskedRequirement extends Requirement {
  readonly by: Asker;
}

/** A version that may be chosen, and what it depends on. */
export interface Candidate {
  readonly version: string;
  readonly digest: string;
  readonly status: VersionStatus;
  readonly dependencies: readonly Requirement[];
}

/**
 * What is known of a resource: its versions, in any order; `absent` if there is none, or none that may be seen or used;
 * undefined if nobody has looked yet.
 */
export type Known = (resource: Resource) => readonly Candidate[] | "absent" | undefined;

/** Whether active versions are taken from the highest on, or from the lowest. */
export type Strategy = "highest" | "lowest";

/** How documents and locks name a resource of a kind. */
export const nameOf = ({ tenant, id }: Resource): string => `${tenant}/${id}`;

/** Tells resources apart, and names them to people. */
export const keyOf = (resource: Resource): string => `${resource.kind} ${nameOf(resource)}`;

/** Names one who wants something to people. */
export const askerName = (by: Asker): string => {
  if (by.kind === "caller") return "the caller";
  return by.kind === "environment" ? `environment ${by.name}` : `${keyOf(by)} ${by.version}`;
};

/** The order by UTF-16 code units: the same everywhere, unlike that of a locale. */
export const compareTexts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The order in which wants of one asker are taken up: by resource, then by range. */
export const compareRequirements = (left: Requirement, right: Requirement): number =>
  compareTexts(keyOf(left.resource), keyOf(right.resource)) || compareTexts(left.range, right.range);
