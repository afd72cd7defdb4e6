import { exportAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";

const following = async function* (first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
};

/** The tenant's sealed audit entries as lines. The first are read before the answer begins: a failure is still a problem. */
export const exportAuditLog = async <DB>(
  deps: Pick<TrackDeps<DB>, "db">,
  ctx: RequestContext,
): Promise<AsyncIterable<string>> => {
  const lines = exportAudit(deps.db, ctx);
  const first = await lines.next();
  return following(first.value ?? "", lines);
};
