import { inTenant } from "@nofx/db-kit";
import { daysAgo, keepTrackHouse } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { deleteEndedWorkloads } from "./trusted-publishers/trusted-publisher.store.ts";
import { deleteOldDeliveries } from "./webhooks/delivery.store.ts";
import { webhookService } from "./webhooks/dispatch-changes.ts";

/** How long what was delivered, or could not be, may be looked at and sent again. */
const deliveryRetentionDays = 30;

/**
 * Deletes a batch of everything that has served its time; gives how many rows, 0 when nothing is left. Safe to run in any
 * number of replicas.
 */
export const keepHouse = async (deps: Pick<Deps, "track" | "db" | "env" | "now">): Promise<number> => {
  const { db, now } = deps;
  const common = await keepTrackHouse(deps);
  const workloads = await deleteEndedWorkloads(db);
  const deliveries = await inTenant(db, webhookService, (trx) =>
    deleteOldDeliveries(trx, daysAgo(now(), deliveryRetentionDays)),
  );
  return common + workloads + deliveries;
};
