import { type Finding, parseResourceName } from "@nofx/contract-kit";
import { asObject, finding } from "@nofx/document";
import { readRange } from "./dependency-range.ts";
import { compareRequirements, type Requirement, type Resource, type ResourceKind } from "./resource.ts";

const members = { agents: "agent", templates: "template" } as const satisfies Record<string, ResourceKind>;

/** The resource that a document of a tenant means by `id` or `tenant/id`; undefined if nothing can be named so. */
export const resourceNamed = (kind: ResourceKind, name: string, ownTenant: string): Resource | undefined => {
  const found = parseResourceName(name);
  return found && { kind, tenant: found.tenant ?? ownTenant, id: found.id };
};

/** What a document depends on, in canonical order, and what is wrong with how it says that. */
export interface ReadDependencies {
  readonly requirements: readonly Requirement[];
  readonly findings: readonly Finding[];
}

type Read = { readonly requirement: Requirement } | { readonly found: Finding };

const readOne = (member: keyof typeof members, name: string, range: unknown, ownTenant: string): Read => {
  const path = ["dependencies", member, name];
  const kind = members[member];
  const resource = resourceNamed(kind, name, ownTenant);
  if (!resource) {
    const message = `"${name}" names no ${kind}: write its id, or tenant/id for another tenant's`;
    return { found: finding("error", path, "dependency_name_invalid", message) };
  }
  if (typeof range !== "string" || !readRange(range)) {
    const told = typeof range === "string" ? JSON.stringify(range.slice(0, 100)) : "This";
    const message = `${told} is no range of versions; write one such as ^1.2.0`;
    return { found: finding("error", path, "dependency_range_invalid", message) };
  }
  return { requirement: { resource, range } };
};

/**
 * Reads `dependencies {agents: {name: range}, templates: {name: range}}` of a document. Names without a tenant mean the
 * document's own. Paths of findings begin at what holds `dependencies`; what has a finding is left out.
 */
export const readDependencies = (dependencies: unknown, ownTenant: string): ReadDependencies => {
  const groups = asObject(dependencies);
  const read = (["agents", "templates"] as const).flatMap((member) =>
    Object.entries(asObject(groups[member])).map(([name, range]) => readOne(member, name, range, ownTenant)),
  );
  return {
    requirements: read.flatMap((one) => ("requirement" in one ? [one.requirement] : [])).sort(compareRequirements),
    findings: read.flatMap((one) => ("found" in one ? [one.found] : [])),
  };
};
