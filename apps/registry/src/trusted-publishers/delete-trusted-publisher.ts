import { inTenant, recordAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { onBehalfOf } from "../tokens/tenant-of.ts";
import { deletePublisher } from "./trusted-publisher.store.ts";

/** Stops trusting a publisher. Tokens that its workloads have got end by themselves, within minutes. */
export const deleteTrustedPublisher = async (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  tenant: string | undefined,
): Promise<void> => {
  const scope = await onBehalfOf(deps, ctx, tenant);
  await inTenant(deps.db, scope, async (trx) => {
    const deleted = await deletePublisher(trx, scope.tenantId, id);
    if (!deleted) throw problem("trusted_publisher_not_found");
    const { name, issuer, claims, agents, templates } = deleted;
    await recordAudit(trx, scope, deps.now(), {
      action: "trusted_publisher.deleted",
      resourceType: "trusted_publisher",
      resourceId: id,
      details: { name, issuer, claims, agents, ...(templates && { templates }) },
    });
  });
};
