import type { Token } from "@nofx/contract-registry";
import { inTenant, recordAudit, recordChange } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { onBehalfOf } from "./tenant-of.ts";
import { revokeToken as revoke } from "./token.store.ts";

/** Revokes a token. The change in the feed makes every replica and every other service forget it. */
export const revokeToken = async (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  tenant: string | undefined,
): Promise<Token> => {
  const scope = await onBehalfOf(deps, ctx, tenant);
  return await inTenant(deps.db, scope, async (trx) => {
    const at = deps.now();
    const revoked = await revoke(trx, scope.tenantId, id, at);
    if (!revoked) throw problem("token_not_found");
    if (revoked.fresh) {
      const resource = { resourceType: "token", resourceId: id };
      const changeId = await recordChange(trx, scope, at, {
        ...resource,
        type: "token.revoked",
        visibility: "private",
      });
      await recordAudit(trx, scope, at, {
        ...resource,
        action: "token.revoked",
        details: { name: revoked.token.name },
        changeId,
      });
    }
    return revoked.token;
  });
};
