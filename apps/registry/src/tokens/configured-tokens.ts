import { timingSafeEqual } from "node:crypto";
import { roles, scopes } from "@nofx/contract-kit";
import type { Actor, Authenticator } from "@nofx/service-kit";
import { secretHash } from "./token.rules.ts";

/** Every scope: what an operator may give away. */
export const allScopes: ReadonlySet<(typeof scopes)[number]> = new Set(scopes);

/** May manage tenants and everybody's tokens, and nothing that tenants own. */
const operator: Actor = { kind: "operator", tenantId: "", subject: "operator", scopes: new Set(["tokens:admin"]) };

/** Reads on behalf of everybody, and writes nothing that tenants own. */
const service: Actor = { kind: "service", tenantId: "", subject: "service", scopes: new Set(roles.viewer) };

/** Looks at every token, whichever is the right one: the time it takes tells nothing. */
const knows = (tokens: readonly string[]): ((token: string) => boolean) => {
  const expected = tokens.map(secretHash);
  return (token) => {
    const hash = secretHash(token);
    return expected.filter((each) => timingSafeEqual(hash, each)).length > 0;
  };
};

/** Knows the operator and the services by the tokens of the configuration; nobody, if none is configured. */
export const configuredAuthenticator = (tokens: {
  readonly BOOTSTRAP_TOKEN: readonly string[];
  readonly SERVICE_TOKEN: readonly string[];
}): Authenticator => {
  const isOperator = knows(tokens.BOOTSTRAP_TOKEN);
  const isService = knows(tokens.SERVICE_TOKEN);
  return (token) => {
    if (isOperator(token)) return operator;
    return isService(token) ? service : undefined;
  };
};
