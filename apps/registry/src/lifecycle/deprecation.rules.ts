import type { AgentSummary, AgentVersionSummary, Deprecation } from "@nofx/contract-registry";
import { deprecationBy } from "@nofx/versioning";

/** Address of a version's document, for whoever may read it. */
export const versionUrl = (tenant: string, agentId: string, version: string): string =>
  `/api/agents/${agentId}/versions/${encodeURIComponent(version)}?tenant=${tenant}`;

const agentUrl = (tenant: string, agentId: string): string => `/api/agents/${agentId}?tenant=${tenant}`;

const tell = deprecationBy({
  kind: "agent",
  urlOf: ({ tenant, agentId }: { readonly tenant: string; readonly agentId: string }, version) =>
    version === undefined ? agentUrl(tenant, agentId) : versionUrl(tenant, agentId, version),
});

/** What an orchestrator must know before it relies on an agent, or on one version of it. */
export const deprecationOf = (
  agent: Pick<AgentSummary, "tenant" | "agentId" | "deprecatedAt" | "statusReason" | "successor">,
  version?: Pick<AgentVersionSummary, "deprecatedAt" | "statusReason" | "successor">,
): Deprecation | undefined => tell({ tenant: agent.tenant, agentId: agent.agentId }, agent, version);
