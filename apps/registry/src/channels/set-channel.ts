import type { Channel } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { changeAgent } from "../agents/change-agent.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import { findVersion } from "../agents/version.store.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { judgeChannel } from "./channel.rules.ts";
import { channelsOf, saveChannel } from "./channel.store.ts";

/** Points a channel of one of the tenant's agents at a version. */
export const setChannel = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: { readonly channel: string; readonly version: string },
): Promise<{ channel: Channel; changeId?: string }> =>
  changeAgent(deps, ctx, agentId, async (trx, before) => {
    const target = await findVersion(trx, ctx.tenantId, agentId, order.version);
    if (target?.version !== order.version) throw problem("version_not_found");
    const channels = await channelsOf(trx, ctx.tenantId, agentId);
    const verdict = judgeChannel(channels, order.channel, target.summary);
    if (verdict.outcome === "unchanged") return { channel: verdict.channel };
    if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });

    const at = deps.now();
    const pointer = { name: order.channel, version: order.version, at, by: ctx.subject };
    const channel = await saveChannel(trx, ctx.tenantId, agentId, pointer);
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, {});
    const from = channels.find((candidate) => candidate.channel === order.channel)?.version;
    const event = {
      type: "agent.channel_set",
      before,
      after,
      version: order.version,
      details: { channel: order.channel, to: order.version, ...(from !== undefined && { from }) },
    } as const;
    return { channel, changeId: await recordAgentEvent(trx, ctx, at, event) };
  });
