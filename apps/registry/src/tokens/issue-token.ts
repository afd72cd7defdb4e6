import type { OperationInput } from "@nofx/contract-kit";
import { roles, type Scope } from "@nofx/contract-kit";
import type { createToken, Token } from "@nofx/contract-registry";
import { inTenant, recordAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { allScopes } from "./configured-tokens.ts";
import { onBehalfOf } from "./tenant-of.ts";
import { excessAgents, excessScopes, newSecret } from "./token.rules.ts";
import { insertToken } from "./token.store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Refuses to give away more than the caller has. */
export const assertNotMore = (
  ctx: RequestContext,
  wanted: { readonly scopes: readonly Scope[]; readonly agents: readonly string[] | undefined },
): void => {
  const excess = [
    ...excessScopes(ctx.role === "operator" ? allScopes : ctx.actor.scopes, wanted.scopes),
    ...excessAgents(ctx.agents, wanted.agents),
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
  const agents = order.agents && [...new Set(order.agents)];
  assertNotMore(ctx, { scopes, agents });

  const secret = newSecret();
  const createdAt = deps.now();
  const expiresAt = new Date(createdAt.getTime() + order.expiresInDays * dayMs);
  const token = await inTenant(deps.db, scope, async (trx) => {
    const issued = await insertToken(trx, scope.tenantId, {
      ...order,
      scopes,
      agents,
      secret,
      createdBy: ctx.subject,
      createdAt,
      expiresAt,
    });
    const details = { name: issued.name, kind: issued.kind, scopes, agents, expiresAt: issued.expiresAt };
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
