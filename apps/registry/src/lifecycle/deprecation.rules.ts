import type { AgentSummary, AgentVersionSummary, Deprecation } from "@nofx/contract-registry";

/** Address of a version's document, for whoever may read it. */
export const versionUrl = (tenant: string, agentId: string, version: string): string =>
  `/api/agents/${agentId}/versions/${encodeURIComponent(version)}?tenant=${tenant}`;

const agentUrl = (tenant: string, agentId: string): string => `/api/agents/${agentId}?tenant=${tenant}`;

/** What an orchestrator must know before it relies on an agent, or on one version of it. The version's word comes first. */
export const deprecationOf = (
  agent: Pick<AgentSummary, "tenant" | "agentId" | "deprecatedAt" | "statusReason" | "successor">,
  version?: Pick<AgentVersionSummary, "deprecatedAt" | "statusReason" | "successor">,
): Deprecation | undefined => {
  const { tenant, agentId } = agent;
  if (version?.deprecatedAt !== undefined) {
    const { successor } = version;
    return {
      of: "version",
      since: version.deprecatedAt,
      reason: version.statusReason ?? "",
      ...(successor !== undefined && {
        successor: { tenant, agentId, version: successor, url: versionUrl(tenant, agentId, successor) },
      }),
    };
  }
  if (agent.deprecatedAt === undefined) return undefined;
  const { successor } = agent;
  return {
    of: "agent",
    since: agent.deprecatedAt,
    reason: agent.statusReason ?? "",
    ...(successor && { successor: { ...successor, url: agentUrl(successor.tenant, successor.agentId) } }),
  };
};
