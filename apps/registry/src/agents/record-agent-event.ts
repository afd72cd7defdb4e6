import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Agent } from "./agent.store.ts";

export interface AgentEvent {
  readonly type:
    | "agent.version_published"
    | "agent.visibility_changed"
    | "agent.rolled_back"
    | "agent.status_changed"
    | "agent.version_status_changed"
    | "agent.channel_set"
    | "agent.channel_deleted";
  readonly before: Agent | undefined;
  readonly after: Agent;
  readonly version?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** It concerns a draft only, which nobody but the agent's own tenant may know of. */
  readonly isUnreleased?: boolean;
}

const isPublic = (agent: Agent | undefined): boolean =>
  agent?.summary.visibility === "public" && agent.summary.status !== "disabled";

/**
 * Writes the audit entry and the change of one event of an agent; gives the change's id. Whoever could see the agent
 * before or can see it now learns of the event.
 */
export const recordAgentEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  event: AgentEvent,
): Promise<string> => {
  const { agentId, visibility, currentVersion } = event.after.summary;
  const concerned = (isPublic(event.before) || isPublic(event.after)) && !event.isUnreleased ? "public" : "private";
  const resource = { resourceType: "agent", resourceId: agentId, version: event.version };
  const data = { ...event.details, currentVersion, visibility };
  // For the tenant's eyes only: the feed may be public, and a workload's repository private.
  const details = { ...data, ...(ctx.actor.workload && { workload: ctx.actor.workload }) };
  const { type, reason } = event;
  return await recordEvent(trx, ctx, at, { ...resource, type, visibility: concerned, data, reason, details });
};
