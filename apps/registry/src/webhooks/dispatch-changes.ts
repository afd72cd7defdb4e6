import { type ChangeRow, inTenant } from "@nofx/db-kit";
import { toChange } from "@nofx/track-kit";
import type { Deps } from "../deps.ts";
import {
  changesToDispatch,
  insertDeliveries,
  lockDispatch,
  type NewDelivery,
  type Subscription,
  subscriptionsOf,
} from "./delivery-queue.store.ts";
import { matchesType } from "./webhook.rules.ts";

const batchMax = 200;

/** On behalf of the service itself, which sees all tenants' webhooks. */
export const webhookService = {
  tenantId: "",
  subject: "webhooks",
  role: "service",
  correlationId: "webhooks",
} as const;

/** The body of an event, as Standard Webhooks recommend it. Its bytes are kept: every attempt is signed over the same. */
export const eventBody = (type: string, at: Date, data: object): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data });

const deliveriesOf = (epoch: string, change: ChangeRow, subscriptions: readonly Subscription[]): NewDelivery[] => {
  const wanting = subscriptions.filter(
    ({ tenant_id, since_position, types }) =>
      tenant_id === change.tenant_id &&
      BigInt(since_position) < BigInt(change.position) &&
      matchesType(types, change.type),
  );
  if (wanting.length === 0) return [];
  const body = eventBody(change.type, change.at, { change: toChange(epoch, change) });
  return wanting.map(({ tenant_id, id }) => ({
    tenant: tenant_id,
    webhookId: id,
    changeId: change.change_id,
    type: change.type,
    body,
  }));
};

/**
 * Makes the deliveries of the next changes, and moves the cursor on in the same transaction. Any number may run; one
 * works. The changes are read before the webhooks: a webhook that was there before a change is not overlooked.
 * @returns how many changes were looked at; undefined if no webhook is active
 */
export const dispatchChanges = async ({ db, now }: Pick<Deps, "db" | "now">): Promise<number | undefined> =>
  inTenant(db, webhookService, async (trx) => {
    const { mine, after } = await lockDispatch(trx);
    if (after === undefined) return undefined;
    if (!mine) return 0;
    const { epoch, rows } = await changesToDispatch(trx, after, batchMax);
    const last = rows.at(-1);
    if (!last) return 0;
    const subscriptions = await subscriptionsOf(trx, [...new Set(rows.map(({ tenant_id }) => tenant_id))]);
    const deliveries = rows.flatMap((change) => deliveriesOf(epoch, change, subscriptions));
    await insertDeliveries(trx, deliveries, last.position, now());
    return rows.length;
  });
