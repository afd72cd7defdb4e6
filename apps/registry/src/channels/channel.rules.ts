import { type AgentVersionSummary, type Channel, channelsMax } from "@nofx/contract-registry";

export type ChannelVerdict =
  | { readonly outcome: "set" }
  | { readonly outcome: "unchanged"; readonly channel: Channel }
  | {
      readonly outcome: "refused";
      readonly code: "channel_target_refused" | "channel_limit_reached";
      readonly detail: string;
    };

/** Whether a channel may point at a version. Where it points already it may stay, whatever became of the version. */
export const judgeChannel = (
  channels: readonly Channel[],
  name: string,
  target: Pick<AgentVersionSummary, "version" | "status">,
): ChannelVerdict => {
  const channel = channels.find((candidate) => candidate.channel === name);
  if (channel?.version === target.version) return { outcome: "unchanged", channel };
  if (target.status === "draft" || target.status === "archived") {
    const detail = `${target.version} is ${target.status === "draft" ? "a draft" : "archived"}; make it active first.`;
    return { outcome: "refused", code: "channel_target_refused", detail };
  }
  if (!channel && channels.length >= channelsMax) {
    const detail = `The agent has ${channels.length} channels; delete one that is no longer needed.`;
    return { outcome: "refused", code: "channel_limit_reached", detail };
  }
  return { outcome: "set" };
};
