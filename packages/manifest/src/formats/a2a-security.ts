import type { Ledger } from "./ledger.ts";

/** `type` of a security scheme in 0.3 (as in OpenAPI 3) → the key around it in 1.0. */
const keyOfType = new Map([
  ["apiKey", "apiKeySecurityScheme"],
  ["http", "httpAuthSecurityScheme"],
  ["oauth2", "oauth2SecurityScheme"],
  ["openIdConnect", "openIdConnectSecurityScheme"],
  ["mutualTLS", "mtlsSecurityScheme"],
]);

/** Security schemes of 0.3 in the form of 1.0. */
export const schemesOf = (schemes: Record<string, unknown>, ledger: Ledger): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schemes).flatMap(([name, scheme]) => {
      const { type, in: location, ...rest } = scheme as Record<string, unknown>;
      const key = keyOfType.get(String(type));
      if (!key) {
        ledger.lose(["securitySchemes", name], `"${String(type)}" is no kind of security scheme that A2A knows`);
        return [];
      }
      ledger.keep(["securitySchemes", name], scheme);
      return [[name, { [key]: location === undefined ? rest : { ...rest, location } }]];
    }),
  );

/** Security requirements of 0.3 in the form of 1.0. */
export const requirementsOf = (security: readonly Readonly<Record<string, readonly string[]>>[]): unknown[] =>
  security.map((schemes) => ({
    schemes: Object.fromEntries(Object.entries(schemes).map(([name, scopes]) => [name, { list: [...scopes] }])),
  }));
