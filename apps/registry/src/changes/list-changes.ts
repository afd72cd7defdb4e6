import type { Change } from "@nofx/contract-registry";
import { formatPosition, parsePosition } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { listChangesAfter } from "./change.store.ts";

interface Query {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly wait: number;
}

/** Reads the caller's next changes, and waits for the first one if there is none yet. */
export const listChanges = async (
  deps: Deps,
  ctx: RequestContext,
  query: Query,
): Promise<{ changes: Change[]; next: string }> => {
  const from = query.after === undefined ? undefined : parsePosition(query.after);
  if (query.after !== undefined && !from) throw problem("cursor_invalid");
  const deadline = Date.now() + query.wait * 1000;
  let after = from?.position ?? 0n;
  for (;;) {
    // Listen first, then look: a change between the two wakes us.
    const woken = new AbortController();
    const change = deps.changed.next(Math.max(0, deadline - Date.now()), AbortSignal.any([ctx.signal, woken.signal]));
    const page = await listChangesAfter(deps.db, ctx, after, query.limit);
    if (from && from.epoch !== page.epoch) throw problem("changes_gone");
    after = page.position;
    if (page.changes.length > 0 || Date.now() >= deadline || ctx.signal.aborted) {
      woken.abort();
      return {
        changes: page.changes,
        next: formatPosition({ epoch: page.epoch, position: after }),
      };
    }
    await change;
  }
};
