import type { AgentSummary, Channel } from "@nofx/contract-registry";
import {
  judgeResourceStatus,
  resourceSuccessorObstacle,
  type StatusOrder,
  type StatusStanding,
  type StatusVerdict,
} from "@nofx/versioning";

type AgentStatus = AgentSummary["status"];
type AgentSuccessor = NonNullable<AgentSummary["successor"]>;

const nameOf = ({ tenant, agentId }: AgentSuccessor): string => `${tenant}/${agentId}`;

/** Judges an order to change an agent's status. */
export const judgeAgentStatus = (
  before: StatusStanding<AgentStatus, AgentSuccessor>,
  order: StatusOrder<AgentStatus, AgentSuccessor>,
  at: Date,
): StatusVerdict<AgentStatus, AgentSuccessor> =>
  judgeResourceStatus(before, order, at, (one, other) => (one && nameOf(one)) === (other && nameOf(other)));

/** What holds a version, as far as channels do. */
export const channelUses = (version: string, channels: readonly Channel[]): string[] => {
  const names = channels.filter((channel) => channel.version === version).map(({ channel }) => channel);
  return names.length > 0 ? [`channels point at it: ${names.join(", ")}`] : [];
};

/** Why an agent cannot be named as another one's successor; undefined if it can. `beyond`: where its own successors lead. */
export const agentSuccessorObstacle = (
  agent: Pick<AgentSummary, "tenant" | "agentId" | "visibility">,
  successor: AgentSuccessor,
  found: Pick<AgentSummary, "status" | "visibility"> | undefined,
  beyond: readonly AgentSuccessor[],
): string | undefined =>
  resourceSuccessorObstacle({
    kind: "agent",
    resource: { name: nameOf(agent), visibility: agent.visibility },
    successor: nameOf(successor),
    found,
    beyond: beyond.map(nameOf),
  });
