import type { OperationSuccess } from "@nofx/contract-kit";
import type { introspectToken } from "@nofx/contract-registry";
import type { Deps } from "../deps.ts";
import { toldBound } from "./token.rules.ts";

type Introspection = OperationSuccess<typeof introspectToken>["body"];

/** What a token is good for, in the manner of RFC 7662: a bad one is inactive, and nothing else is told. */
export const introspect = async (deps: Deps, token: string): Promise<Introspection> => {
  const actor = await deps.authenticate(token);
  if (!actor || actor.kind === "anonymous") return { active: false };
  return {
    active: true,
    sub: actor.subject,
    kind: actor.kind,
    scope: [...actor.scopes].join(" "),
    ...toldBound(actor.bound),
    ...(actor.tenantId && { tenant: actor.tenantId }),
    ...(actor.expiresAt !== undefined && { exp: Math.floor(actor.expiresAt / 1000) }),
  };
};
