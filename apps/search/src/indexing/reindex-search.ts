import type { Rebuild } from "@nofx/contract-search";
import { inTenant, recordAudit, type WriteScope } from "@nofx/db-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { beginBuild } from "./begin-build.ts";
import { listGenerations } from "./generation.store.ts";
import { indexLock } from "./indexer.ts";

type ReindexDeps = Pick<Deps, "db" | "engine" | "now">;

/** Begins to build another index beside the one that is searched, and notes who wanted it and why. */
export const reindexSearch = (deps: ReindexDeps, ctx: WriteScope, reason: string): Promise<{ rebuild: Rebuild }> =>
  inTenant(
    deps.db,
    { ...ctx, role: "service" },
    async (trx) => {
      const building = (await listGenerations(trx)).find(({ isBuilding }) => isBuilding);
      if (building) {
        const { generation, startedAt, reason: why } = building;
        const detail = `Generation ${generation} has been built since ${startedAt.toISOString()} (${why}).`;
        throw problem("reindex_in_progress", { detail });
      }
      const { generation, startedAt } = await beginBuild(deps, trx, reason);
      const resource = { resourceType: "index", resourceId: "search", details: { generation } };
      await recordAudit(trx, ctx, deps.now(), { action: "index.rebuild_requested", ...resource, reason });
      return { rebuild: { generation, reason, startedAt: startedAt.toISOString(), documents: 0 } };
    },
    { lock: indexLock },
  );
