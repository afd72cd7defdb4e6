import { ResourceId, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { PublishedVersion } from "./publish.command.ts";
import { Refusal } from "./refusal.ts";
import { changeId } from "./write.ts";

/** A channel that a publish has set, or would set. */
export const PublishedChannel = z.object({
  agentId: ResourceId,
  channel: z.string(),
  version: SemVer,
  change: changeId,
  problem: Refusal.optional(),
});
export type PublishedChannel = z.infer<typeof PublishedChannel>;

/** Points the channel of each agent at the newest of its versions here. What is published stays so if that is refused. */
export const setChannels = async (
  context: Context,
  versions: readonly PublishedVersion[],
  channel: string,
  dryRun: boolean,
): Promise<PublishedChannel[]> => {
  // Of each agent the oldest comes first.
  const newest = new Map(versions.filter(({ kind }) => kind === "agent").map(({ id, version }) => [id, version ?? ""]));
  const client = await context.registry();
  const channels: PublishedChannel[] = [];
  for (const [agentId, version] of newest) {
    const order = { agentId, channel, version };
    if (dryRun) {
      channels.push(order);
      continue;
    }
    const answer = await client.setChannel({ agentId, channel, body: { version } });
    const change = answer.headers.get("nofx-change");
    const next = `Set it by hand: nofx channels set agent:${agentId} ${channel} ${version}`;
    const { code, title, detail } = answer.ok ? {} : answer.problem;
    channels.push({
      ...order,
      ...(change !== null && { change }),
      ...(code !== undefined && { problem: { code, title: title ?? code, ...(detail && { detail }), next } }),
    });
  }
  return channels;
};
