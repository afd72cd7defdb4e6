import type { Token } from "@nofx/contract-registry";
import { inTenant, recordEvent } from "@nofx/db-kit";
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
      const details = { name: revoked.token.name };
      await recordEvent(trx, scope, at, { ...resource, type: "token.revoked", visibility: "private", details });
    }
    return revoked.token;
  });
};
