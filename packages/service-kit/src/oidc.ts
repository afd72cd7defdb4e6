import { type Role, roles } from "@nofx/contract-kit";
import type { JWTPayload } from "jose";
import { z } from "zod";
import type { Actor, Authenticator } from "./identity.ts";
import { jwtVerifier } from "./jwt.ts";

/** An OpenID Connect issuer whose tokens are accepted, and what they are good for. */
export const OidcIssuer = z.object({
  /** Compared exactly with `iss`. */
  issuer: z.url(),
  /** Must be among `aud`. */
  audience: z.string().min(1),
  /** Default: `jwks_uri` of the issuer's discovery document. */
  jwksUri: z.url().optional(),
  /** All tokens of this issuer belong to this tenant. Never read from a claim: users can edit theirs. */
  tenant: z.string().min(1),
  /** Claim that names the role, or a list of them; without the claim: `defaultRole`. */
  roleClaim: z.string().default("nofx_role"),
  defaultRole: z.enum(["viewer", "publisher", "admin"]).default("viewer"),
});
export type OidcIssuer = z.infer<typeof OidcIssuer>;

const roleOf = (issuer: OidcIssuer, payload: JWTPayload): Role => {
  const claim = payload[issuer.roleClaim];
  const named = (Array.isArray(claim) ? claim : [claim]).filter(
    (role): role is Role => typeof role === "string" && Object.hasOwn(roles, role),
  );
  return (["admin", "publisher", "viewer"] as const).find((role) => named.includes(role)) ?? issuer.defaultRole;
};

/** Accepts tokens of the configured issuers, see `jwtVerifier`; `exp` and `sub` are required. */
export const oidcAuthenticator = (issuers: readonly OidcIssuer[], now: () => Date): Authenticator => {
  const verify = jwtVerifier(issuers, { now, requiredClaims: ["sub"] });
  return async (token): Promise<Actor | undefined> => {
    const verdict = await verify(token);
    if ("refused" in verdict) return undefined;
    const { issuer, payload } = verdict;
    return {
      kind: "member",
      tenantId: issuer.tenant,
      subject: `${issuer.issuer}#${payload.sub}`,
      scopes: new Set(roles[roleOf(issuer, payload)]),
      expiresAt: (payload.exp ?? 0) * 1000,
    };
  };
};
