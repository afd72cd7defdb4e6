import type { AgentSummary, Channel } from "@nofx/contract-registry";
import { judgeResourceOrder, type ResourceCase } from "@nofx/versioning";

type Successor = NonNullable<AgentSummary["successor"]>;

const nameOf = ({ tenant, agentId }: Successor): string => `${tenant}/${agentId}`;

/** Judges an order to change an agent's status. */
export const judgeAgentOrder = (given: Omit<ResourceCase<Successor>, "kind" | "nameOf">) =>
  judgeResourceOrder({ ...given, kind: "agent", nameOf });

/** What holds a version, as far as channels do. */
export const channelUses = (version: string, channels: readonly Channel[]): string[] => {
  const names = channels.filter((channel) => channel.version === version).map(({ channel }) => channel);
  return names.length > 0 ? [`channels point at it: ${names.join(", ")}`] : [];
};
