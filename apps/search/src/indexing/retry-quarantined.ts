import { randomUUID } from "node:crypto";
import { inTenant, keptOrNew, recordAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { indexer } from "./indexer.ts";
import { notify } from "./notices.ts";
import { wantQuarantined } from "./pending.store.ts";
import { countQuarantined } from "./quarantine.store.ts";

type RetryDeps = Pick<Deps, "db" | "index" | "now">;

/** What is not done by then will be: the answer tells how far it has come. */
const waitMs = 20_000;

export interface Retried {
  readonly indexed: number;
  readonly failed: number;
}

const retryAnew = async (deps: RetryDeps, ctx: RequestContext): Promise<Retried> => {
  const { db, index, now } = deps;
  const cause = randomUUID();
  // Those who follow the sources read them, so that nothing newer is overwritten.
  const wanted = await inTenant(db, indexer, async (trx) => {
    const count = await wantQuarantined(trx, cause);
    await notify(trx, "pending");
    return count;
  });
  if (wanted > 0) await index.contains(cause, waitMs, ctx.signal);
  const left = await countQuarantined(db);
  const retried = { indexed: Math.max(0, wanted - left), failed: Math.min(wanted, left) };
  return await inTenant(db, ctx, async (trx) => {
    const resource = { resourceType: "index", resourceId: "search", details: { ...retried } };
    await recordAudit(trx, ctx, now(), { action: "index.quarantine_retried", ...resource });
    return retried;
  });
};

/** Has everything read anew that was put aside. */
export const retryQuarantined = (deps: RetryDeps, ctx: RequestContext): Promise<Retried> =>
  keptOrNew(deps.db, ctx, () => retryAnew(deps, ctx));
