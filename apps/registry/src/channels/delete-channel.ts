import type { Channel } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { changeAgent } from "../agents/change-agent.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { removeChannel } from "./channel.store.ts";

/** Removes a channel of one of the tenant's agents; gives what it was. */
export const deleteChannel = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  name: string,
): Promise<{ channel: Channel; changeId: string }> =>
  changeAgent(deps, ctx, agentId, async (trx, before) => {
    const channel = await removeChannel(trx, ctx.tenantId, agentId, name);
    if (!channel) throw problem("channel_not_found", { detail: `${agentId} has no channel ${name}.` });
    const at = deps.now();
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, {});
    const event = {
      type: "agent.channel_deleted",
      before,
      after,
      version: channel.version,
      details: { channel: name, from: channel.version },
    } as const;
    return { channel, changeId: await recordAgentEvent(trx, ctx, at, event) };
  });
