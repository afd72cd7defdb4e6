import { ResourceId, TenantId } from "@nofx/contract-kit";
import type { AgentVersionDocument, AgentVersionSummary, Difference } from "@nofx/contract-registry";
import { differences, isMcpServer, mcpNameOf, type Publication } from "@nofx/manifest";
import { isStable, precedenceKey } from "@nofx/versioning";

/** What a version decides about its agent: everything that shows outside the version itself. */
export interface DerivedFields {
  readonly name: string;
  readonly description: string | null;
  readonly capabilities: NonNullable<AgentVersionDocument["capabilities"]>;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly AgentDependency[];
  /** Set if the version is an MCP server, with the name that it claims. */
  readonly mcp: { readonly name: string | undefined } | undefined;
  readonly model: string | null;
}

/** Another agent that a version builds on. */
export interface AgentDependency {
  /** Undefined: the tenant of the agent that declares it. */
  readonly tenant: string | undefined;
  readonly agentId: string;
  readonly range: string;
}

/** `manifest.dependencies.agents`; names that no agent can have are passed over. */
const agentDependencies = (document: AgentVersionDocument): AgentDependency[] =>
  Object.entries(document.manifest.dependencies?.agents ?? {}).flatMap(([name, range]) => {
    const [agentId, tenant, ...rest] = name.split("/").reverse();
    const isName =
      ResourceId.safeParse(agentId).success &&
      (tenant === undefined || TenantId.safeParse(tenant).success) &&
      rest.length === 0;
    return isName && agentId !== undefined ? [{ tenant, agentId, range }] : [];
  });

/** The fields that follow from the current version, all of them: a pointer that moves takes them along. */
export const derivedFields = (document: AgentVersionDocument): DerivedFields => ({
  name: document.name,
  description: document.description ?? null,
  capabilities: document.capabilities ?? [],
  tags: document.tags ?? [],
  metadata: document.metadata ?? {},
  dependencies: agentDependencies(document),
  mcp: isMcpServer(document) ? { name: mcpNameOf(document) } : undefined,
  model: document.manifest.model ?? null,
});

/** A version that was published before. */
export interface PublishedVersion {
  readonly version: string;
  readonly digest: string;
  readonly document: AgentVersionDocument;
}

/** A version that becomes the current one. */
export interface CurrentVersion {
  readonly version: string;
  readonly publishedAt: Date;
  readonly fields: DerivedFields;
  /** `false`: the current version of before is known to depend on nothing. */
  readonly hadDependencies?: boolean;
}

/** A published version as the current one. */
export const asCurrent = (
  { version, document }: PublishedVersion,
  { publishedAt }: Pick<AgentVersionSummary, "publishedAt">,
): CurrentVersion => ({ version, publishedAt: new Date(publishedAt), fields: derivedFields(document) });

export type PublishVerdict =
  | { readonly outcome: "created" }
  | { readonly outcome: "identical" }
  | { readonly outcome: "conflict"; readonly difference: readonly Difference[] };

/**
 * Judges a publication against the version of the same precedence, if there is one. Versions that differ only in build
 * metadata have the same precedence, and one place: SemVer could not tell which of them is newer.
 */
export const judgePublish = (existing: PublishedVersion | undefined, publication: Publication): PublishVerdict => {
  if (!existing) return { outcome: "created" };
  if (existing.digest === publication.digest) return { outcome: "identical" };
  return { outcome: "conflict", difference: differences(existing.document, publication.document) };
};

/**
 * Whether a newly published version becomes the current one: if it is stable and higher than the current one, or if
 * there is no stable one yet and it is higher. So a fix of an old line leaves the pointer alone, and after a rollback
 * anything higher than what was rolled back to takes over.
 */
export const becomesCurrent = (current: string | undefined, published: string): boolean => {
  if (current === undefined) return true;
  if (isStable(current) && !isStable(published)) return false;
  if (!isStable(current) && isStable(published)) return true;
  return precedenceKey(published) > precedenceKey(current);
};

/** Why an agent cannot go back to a version; undefined if it can. */
export const rollbackObstacle = (
  current: string,
  target: { version: string; status: AgentVersionSummary["status"] },
): string | undefined => {
  if (target.version === current) return `${current} is the current version already.`;
  if (target.status === "archived") return `${target.version} is archived.`;
  if (target.status === "draft") return `${target.version} is a draft.`;
  return undefined;
};

/** Whether one of the states in If-Match is the agent's. An agent's ETag is its revision, a dot, and a hash. */
export const isStateOf = (ifMatch: readonly string[] | undefined, revision: string): boolean =>
  ifMatch === undefined || ifMatch.some((tag) => tag.split(".")[0] === revision);
