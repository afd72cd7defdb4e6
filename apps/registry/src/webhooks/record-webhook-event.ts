import type { Webhook } from "@nofx/contract-registry";
import { recordEvent, type TenantTransaction, type WriteScope } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";

export interface WebhookEvent {
  readonly type:
    | "webhook.created"
    | "webhook.updated"
    | "webhook.deleted"
    | "webhook.secret_rotated"
    | "webhook.disabled";
  readonly webhook: Webhook;
  readonly reason?: string;
}

/**
 * Writes the audit entry and the change of one event of a webhook; gives the change's id. Of the URL only the origin is
 * told: many carry a secret in their path.
 */
export const recordWebhookEvent = async (
  trx: TenantTransaction<DB>,
  scope: WriteScope,
  at: Date,
  { type, webhook, reason }: WebhookEvent,
): Promise<string> => {
  const resource = { resourceType: "webhook", resourceId: webhook.id };
  const data = { origin: new URL(webhook.url).origin, types: webhook.types, active: webhook.active };
  return await recordEvent(trx, scope, at, { ...resource, type, visibility: "private", data, reason });
};
