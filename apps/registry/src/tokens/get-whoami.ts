import type { Whoami } from "@nofx/contract-registry";
import type { Actor } from "@nofx/service-kit";
import { problem } from "../problem.ts";
import { toldBound } from "./token.rules.ts";

/** What a caller's token is good for. The route admits nobody without one. */
export const getWhoami = ({ kind, tenantId, subject, scopes, bound, expiresAt }: Actor): Whoami => {
  if (kind === "anonymous") throw problem("unauthenticated");
  return {
    kind,
    ...(tenantId && { tenant: tenantId }),
    subject,
    scopes: [...scopes],
    ...toldBound(bound),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
};
