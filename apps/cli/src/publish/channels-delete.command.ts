import { unwrap } from "@nofx/client";
import { SemVer } from "@nofx/contract-kit";
import { SettableChannelName } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { localFailure } from "../failure.ts";
import { channelOf, dryRunFlag, OwnAgent } from "./channel.ts";
import { changeId, write } from "./write.ts";

const input = z.object({ agent: OwnAgent, channel: SettableChannelName, dryRun: dryRunFlag });
const output = z.object({
  ...channelOf,
  channel: z.string(),
  version: SemVer.meta({ description: "Where it pointed" }),
  dryRun: z.boolean(),
  change: changeId,
});

/** `nofx channels delete`. */
export const channelsDelete: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { agent: { id: agentId }, channel, ...flags }) => {
    const client = await context.registry();
    if (!flags.dryRun) {
      const { body, changed } = await write(client.deleteChannel({ agentId, channel }));
      return { output: { agentId, channel, version: body.channel.version, dryRun: false, ...changed } };
    }
    const { agent } = await unwrap(client.getAgent({ agentId }));
    const found = agent.channels.find((each) => each.channel === channel);
    const next = `See: nofx channels list agent:${agentId}`;
    if (!found) throw localFailure("channel_not_found", `agent:${agentId} has no channel ${channel}`, next);
    return { output: { agentId, channel, version: found.version, dryRun: true } };
  },
  tell: ({ agentId, channel, version, dryRun, change }, style) => {
    const line = `${style.bold(`agent:${agentId}`)} ${channel}, which pointed at ${version},`;
    if (dryRun) return `${style.dim("·")} ${line} would be gone. Nothing was written.`;
    return `${style.green("✓")} ${line} is gone${change === undefined ? "" : style.dim(` (change ${change})`)}`;
  },
});
