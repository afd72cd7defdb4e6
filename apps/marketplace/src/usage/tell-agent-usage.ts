import { inTenant, recordChanges } from "@nofx/db-kit";
import type { Deps } from "../deps.ts";
import { countedEvent } from "./agent-usage.rules.ts";
import { takeUntold } from "./agent-usage.store.ts";

/** How many days one batch tells. */
export const toldMax = 200;

/** Between two changes about the same day: a version that is always at work does not fill the feed. */
const pauseMs = 2_000;

const teller = { tenantId: "", subject: "usage", role: "service", correlationId: "usage" } as const;

/** Tells the feed of days whose figures have changed, and notes that in the same transaction. Any number may. */
export const tellAgentUsage = ({ db, now }: Pick<Deps, "db" | "now">): Promise<number> =>
  inTenant(db, teller, async (trx) => {
    const days = await takeUntold(trx, { limit: toldMax, pauseMs });
    await recordChanges(trx, teller, now(), days.map(countedEvent));
    return days.length;
  });
