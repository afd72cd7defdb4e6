import { ResourceId, TenantId } from "@nofx/contract-kit";
import type { AgentVersionDocument, AgentVersionSummary } from "@nofx/contract-registry";
import { isMcpServer, mcpNameOf } from "@nofx/manifest";
import type { PublishedVersion } from "@nofx/versioning";

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
export const agentDependencies = (declared: Readonly<Record<string, string>> | undefined): AgentDependency[] =>
  Object.entries(declared ?? {}).flatMap(([name, range]) => {
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
  dependencies: agentDependencies(document.manifest.dependencies?.agents),
  mcp: isMcpServer(document) ? { name: mcpNameOf(document) } : undefined,
  model: document.manifest.model ?? null,
});

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
  { version, document }: PublishedVersion<AgentVersionDocument>,
  { publishedAt }: Pick<AgentVersionSummary, "publishedAt">,
): CurrentVersion => ({ version, publishedAt: new Date(publishedAt), fields: derivedFields(document) });
