import { deleteExpiredKeys, inTenant, pruneFeed } from "@nofx/db-kit";
import type { Deps } from "./deps.ts";
import { registryTrack } from "./track.ts";
import { deleteEndedWorkloads } from "./trusted-publishers/trusted-publisher.store.ts";
import { deleteOldDeliveries } from "./webhooks/delivery.store.ts";
import { webhookService } from "./webhooks/dispatch-changes.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** How long what was delivered, or could not be, may be looked at and sent again. */
const deliveryRetentionDays = 30;

/**
 * Deletes a batch of everything that has served its time; gives how many rows, 0 when nothing is left. Safe to run in any
 * number of replicas.
 */
export const keepHouse = async ({ db, env, now }: Pick<Deps, "db" | "env" | "now">): Promise<number> => {
  const daysAgo = (days: number): Date => new Date(now().getTime() - days * dayMs);
  const keys = await deleteExpiredKeys(db);
  const workloads = await deleteEndedWorkloads(db);
  const days = env.CHANGES_RETENTION_DAYS;
  const changes = days === 0 ? 0 : await pruneFeed(db, registryTrack.schema, daysAgo(days));
  const deliveries = await inTenant(db, webhookService, (trx) =>
    deleteOldDeliveries(trx, daysAgo(deliveryRetentionDays)),
  );
  return keys + workloads + changes + deliveries;
};
