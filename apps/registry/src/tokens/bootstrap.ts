import { timingSafeEqual } from "node:crypto";
import { scopes } from "@nofx/contract-kit";
import type { Actor, Authenticator } from "@nofx/service-kit";
import { secretHash } from "./token.rules.ts";

/** May manage tenants and everybody's tokens, and nothing that tenants own. */
const operator: Actor = { kind: "operator", tenantId: "", subject: "operator", scopes: new Set(["tokens:admin"]) };

/** Knows the operator by the configured bootstrap token; nobody, if none is configured. */
export const bootstrapAuthenticator = (bootstrapToken: string | undefined): Authenticator => {
  if (bootstrapToken === undefined) return () => undefined;
  const expected = secretHash(bootstrapToken);
  return (token) => (timingSafeEqual(secretHash(token), expected) ? operator : undefined);
};

/** Every scope: what an operator may give away. */
export const allScopes: ReadonlySet<(typeof scopes)[number]> = new Set(scopes);
