import { agentFiguresChanged } from "@nofx/contract-registry";
import { type Drain, ifFull, inTenant, recordChanges, startDrain } from "@nofx/db-kit";
import type { Deps } from "../deps.ts";
import { type Changed, noteLeftDays, takeChanged } from "./agent-figures.store.ts";

/** How many agents one batch takes. */
const batchMax = 200;

/** Between two changes about the same agent: one that is always at work does not fill the feed. */
const pauseMs = 5 * 60_000;

/** What the feed tells outdates answers that are kept: not more often than needed. */
const pollMs = 10_000;

const teller = { tenantId: "", subject: "figures", role: "service", correlationId: "figures" } as const;

const figuresEvent = ({ tenant, agentId, visibility, status, currentVersion }: Changed) =>
  ({
    owner: tenant,
    type: agentFiguresChanged,
    visibility: visibility === "public" && status !== "disabled" ? "public" : "private",
    resourceType: "agent",
    resourceId: agentId,
    data: { currentVersion, visibility },
  }) as const;

/**
 * Tells the feed whose figures have changed, as runs are counted and as days go by, and notes that in the same transaction.
 * Any number may. @returns 0 when nothing is left
 */
export const tellFigures = ({ db, now }: Pick<Deps, "db" | "now">): Promise<number> =>
  inTenant(db, teller, async (trx) => {
    const looked = await noteLeftDays(trx, now(), batchMax);
    const changed = await takeChanged(trx, { limit: batchMax, pauseMs });
    await recordChanges(trx, teller, now(), changed.map(figuresEvent));
    return Math.max(ifFull(looked, batchMax), ifFull(changed.length, batchMax));
  });

/** Starts what tells the feed of figures. Any number of processes may. */
export const startTellingFigures = (deps: Pick<Deps, "db" | "now" | "onError">): Drain =>
  startDrain(() => tellFigures(deps), { pollMs, onError: deps.onError });
