import { unwrap } from "@nofx/client";
import { SemVer } from "@nofx/contract-kit";
import { SettableChannelName } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { localFailure } from "../failure.ts";
import { channelOf, dryRunFlag, OwnAgent } from "./channel.ts";
import { changeId, write } from "./write.ts";

const input = z.object({ agent: OwnAgent, channel: SettableChannelName, version: SemVer, dryRun: dryRunFlag });
const output = z.object({
  ...channelOf,
  channel: z.string(),
  version: SemVer,
  from: SemVer.optional().meta({ description: "Where it pointed; absent if it is new" }),
  dryRun: z.boolean(),
  change: changeId,
});

/** `nofx channels set`. */
export const channelsSet: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { agent: { id: agentId }, channel, version, ...flags }) => {
    const client = await context.registry();
    const { agent } = await unwrap(client.getAgent({ agentId }));
    const from = agent.channels.find((each) => each.channel === channel)?.version;
    const told = { agentId, channel, version, ...(from !== undefined && { from }) };
    if (!flags.dryRun) {
      const { changed } = await write(client.setChannel({ agentId, channel, body: { version } }));
      return { output: { ...told, dryRun: false, ...changed } };
    }
    const { status } = await unwrap(client.resolveAgent({ agentId, version }));
    if (status === "draft" || status === "archived")
      throw localFailure("channel_target_refused", `${agentId} ${version} is ${status}`, "Name a released version.");
    return { output: { ...told, dryRun: true } };
  },
  tell: ({ agentId, channel, version, from, dryRun, change }, style) => {
    const before = from === undefined ? "" : from === version ? ", as before" : `, no longer at ${from}`;
    const line = `${style.bold(`agent:${agentId}`)} ${channel} ${dryRun ? "would point" : "points"} at ${version}${before}`;
    if (dryRun) return `${style.dim("·")} ${line}. Nothing was written.`;
    return `${style.green("✓")} ${line}${change === undefined ? "" : style.dim(` (change ${change})`)}`;
  },
});
