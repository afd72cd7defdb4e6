import type { OperationInput } from "@nofx/contract-kit";
import type {
  createTrustedPublisher as CreateTrustedPublisher,
  Finding,
  TrustedPublisher,
} from "@nofx/contract-registry";
import { inTenant, recordAudit } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { assertNotMore } from "../tokens/issue-token.ts";
import { onBehalfOf } from "../tokens/tenant-of.ts";
import { toldBound } from "../tokens/token.rules.ts";
import { judgeClaims } from "./claims.rules.ts";
import { insertPublisher } from "./trusted-publisher.store.ts";
import { workloadScopes } from "./workload.rules.ts";

type Warning = z.infer<typeof Finding>;

/** Trusts workloads to publish. They will be able to do no more than whoever trusts them. */
export const createTrustedPublisher = async (
  deps: Deps,
  ctx: RequestContext,
  order: OperationInput<typeof CreateTrustedPublisher>["body"],
): Promise<{ trustedPublisher: TrustedPublisher; warnings: Warning[] }> => {
  const scope = await onBehalfOf(deps, ctx, order.tenant);
  const bound = { agents: new Set(order.agents), templates: new Set(order.templates) };
  assertNotMore(ctx, { scopes: workloadScopes(bound), bound });
  const issuer = deps.env.WORKLOAD_ISSUERS.find((allowed) => allowed.issuer === order.issuer);
  if (!issuer) {
    const allowed = deps.env.WORKLOAD_ISSUERS.map((each) => each.issuer).join(", ");
    throw problem("issuer_not_allowed", { detail: `Allowed issuers: ${allowed || "none"}.` });
  }
  const { errors, warnings } = judgeClaims(issuer.kind, order.claims);
  if (errors.length > 0) throw problem("claims_refused", { errors });

  return await inTenant(deps.db, scope, async (trx) => {
    const at = deps.now();
    const publisher = { ...order, bound, createdBy: ctx.subject, at };
    const trustedPublisher = await insertPublisher(trx, scope.tenantId, publisher);
    const { id, name, claims } = trustedPublisher;
    await recordAudit(trx, scope, at, {
      action: "trusted_publisher.created",
      resourceType: "trusted_publisher",
      resourceId: id,
      details: { name, issuer: order.issuer, claims, ...toldBound(bound) },
    });
    return { trustedPublisher, warnings };
  });
};
