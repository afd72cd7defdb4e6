import type { Channel } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { isStateOf } from "../agents/agent.rules.ts";
import { lockAgent, updateAgent } from "../agents/agent-writes.store.ts";
import { recordEvent } from "../agents/record-event.ts";
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
  inTenant(deps.db, ctx, async (trx) => {
    const before = await lockAgent(trx, ctx.tenantId, agentId);
    if (!before) throw problem("agent_not_found");
    if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
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
    return { channel, changeId: await recordEvent(trx, ctx, at, event) };
  });
