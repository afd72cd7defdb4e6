import type { OperationInput, OperationSuccess } from "@nofx/contract-kit";
import type { exchangeToken as ExchangeToken, TrustedPublisher } from "@nofx/contract-registry";
import { inTenant, recordAudit, type WriteScope } from "@nofx/db-kit";
import type { JwtRefusal, RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { newSecret, toldBound } from "../tokens/token.rules.ts";
import { insertToken } from "../tokens/token.store.ts";
import { type Claims, isTrusted } from "./claims.rules.ts";
import { claimIdentityToken, publishersOf } from "./trusted-publisher.store.ts";
import { claimsOf, granted, names, provenanceOf, shownClaims, subjectOf, workloadScopes } from "./workload.rules.ts";
import type { WorkloadIssuer } from "./workload-issuer.ts";

type Order = OperationInput<typeof ExchangeToken>["body"];
type Exchanged = OperationSuccess<typeof ExchangeToken>["body"];

const lifetimeSeconds = 15 * 60;

interface Workload {
  readonly issuer: WorkloadIssuer;
  readonly claims: Claims;
  readonly expiresAt: Date;
}

const reasons = (deps: Deps): Record<JwtRefusal, string> => ({
  malformed: "It is not a JSON Web Token with an issuer.",
  issuer_unknown: `Its issuer is none of those allowed: ${deps.env.WORKLOAD_ISSUERS.map(({ issuer }) => issuer).join(", ")}.`,
  audience_other: `It is not made out to this registry: ask for one with audience ${deps.env.WORKLOAD_AUDIENCE}.`,
  expired: "It has expired.",
  not_yet_valid: "It is not valid yet.",
  claim_missing: "It lacks one of iss, aud, exp, iat and sub.",
  signature_bad: "Its signature is not that of its issuer.",
});

/** Whose identity token it is. */
const identify = async (deps: Deps, token: string): Promise<Workload> => {
  const verdict = await deps.verifyWorkload(token);
  if ("refused" in verdict) throw problem("workload_token_invalid", { detail: reasons(deps)[verdict.refused] });
  const { issuer, payload } = verdict;
  return { issuer, claims: claimsOf(payload), expiresAt: new Date((payload.exp ?? 0) * 1000) };
};

/**
 * The tenant's publishers that the workload is one of. Nothing tells whether the tenant exists, or how near the
 * workload came: only what its own token says.
 */
const trustingPublishers = async (
  deps: Deps,
  order: Order,
  { issuer, claims }: Workload,
): Promise<TrustedPublisher[]> => {
  const scope = { tenantId: order.tenant, subject: "token exchange", role: "member" } as const;
  const publishers = await publishersOf(deps.db, scope, issuer.issuer);
  const trusting = publishers.filter(
    (publisher) => names(publisher, order) && isTrusted(issuer.kind, publisher.claims, claims),
  );
  if (trusting.length === 0) throw problem("workload_not_trusted", { members: { claims: shownClaims(claims) } });
  return trusting;
};

/** Gives a workload a token that is short-lived and bound to agents and templates, once for each of its identity tokens. */
export const exchangeToken = async (deps: Deps, ctx: RequestContext, order: Order): Promise<Exchanged> => {
  const workload = await identify(deps, order.subject_token);
  const { issuer, claims } = workload;
  const publishers = await trustingPublishers(deps, order, workload);
  const bound = granted(publishers, order);
  const scopes = workloadScopes(bound);
  const provenance = provenanceOf(issuer.issuer, claims);
  const subject = subjectOf(issuer.kind, issuer.issuer, claims);
  const scope: WriteScope = { tenantId: order.tenant, subject, role: "member", correlationId: ctx.correlationId };
  const secret = newSecret();

  await inTenant(deps.db, scope, async (trx) => {
    const createdAt = deps.now();
    if (!(await claimIdentityToken(trx, order.tenant, order.subject_token, workload.expiresAt)))
      throw problem("workload_token_used");
    const token = await insertToken(trx, order.tenant, {
      name: publishers.map(({ name }) => name).join(", "),
      kind: "member",
      scopes,
      bound,
      secret,
      createdBy: subject,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + lifetimeSeconds * 1000),
      workload: { subject, provenance },
    });
    const trustedPublishers = publishers.map(({ id }) => id);
    await recordAudit(trx, scope, createdAt, {
      action: "token.exchanged",
      resourceType: "token",
      resourceId: token.id,
      details: { trustedPublishers, ...toldBound(bound), expiresAt: token.expiresAt, workload: provenance },
    });
  });
  return {
    access_token: secret,
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    token_type: "Bearer",
    expires_in: lifetimeSeconds,
    scope: scopes.join(" "),
    agents: [],
    ...toldBound(bound),
  };
};
