import type { OperationInput } from "@nofx/contract-kit";
import { roles, type Scope } from "@nofx/contract-kit";
import type { createToken, Token } from "@nofx/contract-registry";
import { inTenant, recordAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { allScopes } from "./configured-tokens.ts";
import { onBehalfOf } from "./tenant-of.ts";
import { type Bound, boundOf, excessNames, excessScopes, newSecret, toldBound } from "./token.rules.ts";
import { insertToken } from "./token.store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Refuses to give away more than the caller has. */
export const assertNotMore = (
  ctx: RequestContext,
  wanted: { readonly scopes: readonly Scope[]; readonly bound: Bound | undefined },
): void => {
  const excess = [
    ...excessScopes(ctx.role === "operator" ? allScopes : ctx.actor.scopes, wanted.scopes),
    ...excessNames(ctx.bound, wanted.bound),
  ];
  if (excess.length > 0) throw problem("scope_exceeded", { detail: `Your token lacks: ${excess.join(", ")}.` });
};

/** Issues a token that may do at most what its issuer may. */
export const issueToken = async (
  deps: Deps,
  ctx: RequestContext,
  order: OperationInput<typeof createToken>["body"],
): Promise<{ token: Token; secret: string }> => {
  const scope = await onBehalfOf(deps, ctx, order.tenant);
  if (order.kind === "service" && ctx.role !== "operator")
    throw problem("forbidden", { detail: "Only the operator issues service tokens." });
  const scopes = [...(order.scopes ?? (order.role ? roles[order.role] : []))];
  const bound = boundOf(order);
  assertNotMore(ctx, { scopes, bound });

  const secret = newSecret();
  const createdAt = deps.now();
  const expiresAt = new Date(createdAt.getTime() + order.expiresInDays * dayMs);
  const token = await inTenant(deps.db, scope, async (trx) => {
    const issued = await insertToken(trx, scope.tenantId, {
      ...order,
      scopes,
      bound,
      secret,
      createdBy: ctx.subject,
      createdAt,
      expiresAt,
    });
    const { name, kind, expiresAt: until } = issued;
    const details = { name, kind, scopes, ...toldBound(bound), expiresAt: until };
    await recordAudit(trx, scope, createdAt, {
      action: "token.issued",
      resourceType: "token",
      resourceId: issued.id,
      details,
    });
    return issued;
  });
  return { token, secret };
};
