import { templateFiguresChanged } from "@nofx/contract-marketplace";
import { type Drain, ifFull, inTenant, recordChanges, startDrain } from "@nofx/db-kit";
import type { Deps } from "../deps.ts";
import { type Changed, takeChanged } from "./template-figures.store.ts";

/** How many templates one batch tells of. */
const toldMax = 200;

/** Between two changes about the same template: one that is always run does not fill the feed. */
const pauseMs = 5 * 60_000;

const pollMs = 5_000;

const teller = { tenantId: "", subject: "figures", role: "service", correlationId: "figures" } as const;

const figuresEvent = ({ tenant, templateId, kind, visibility, status, currentVersion }: Changed) =>
  ({
    owner: tenant,
    type: templateFiguresChanged,
    visibility: visibility === "public" && status !== "disabled" ? "public" : "private",
    resourceType: "template",
    resourceId: templateId,
    data: { kind, currentVersion, visibility },
  }) as const;

/** Tells the feed whose figures have changed, and notes that in the same transaction. Any number may. */
export const tellFigures = ({ db, now }: Pick<Deps, "db" | "now">): Promise<number> =>
  inTenant(db, teller, async (trx) => {
    const changed = await takeChanged(trx, { limit: toldMax, pauseMs });
    await recordChanges(trx, teller, now(), changed.map(figuresEvent));
    return changed.length;
  });

/** Starts what tells the feed of figures. Any number of processes may. */
export const startTellingFigures = (deps: Pick<Deps, "db" | "now" | "onError">): Drain =>
  startDrain(async () => ifFull(await tellFigures(deps), toldMax), { pollMs, onError: deps.onError });
