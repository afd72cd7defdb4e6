import { type Role, roles } from "@nofx/contract-kit";
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { coreProblem } from "./http-problem.ts";
import type { Actor, Authenticator } from "./identity.ts";

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

/** Asymmetric signatures only: with HMAC the public key would do as the secret, and `none` is no signature. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const timeoutMs = 5_000;

/** What jose throws when the issuer's keys cannot be had: no verdict on the token. */
const keysUnavailable = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"]);

const discover = async (issuer: string): Promise<URL> => {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const document = z.object({ issuer: z.literal(issuer), jwks_uri: z.url() }).parse(await response.json());
  return new URL(document.jwks_uri);
};

/** Fetches the issuer's keys once, and again when a token names a key that is not among them. */
const keysOf = (issuer: OidcIssuer) => {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  return () => {
    keys ??= (async () => {
      const url = issuer.jwksUri ? new URL(issuer.jwksUri) : await discover(issuer.issuer);
      return createRemoteJWKSet(url, { timeoutDuration: timeoutMs });
    })();
    keys.catch(() => {
      keys = undefined;
    });
    return keys;
  };
};

const roleOf = (issuer: OidcIssuer, payload: JWTPayload): Role => {
  const claim = payload[issuer.roleClaim];
  const named = (Array.isArray(claim) ? claim : [claim]).filter(
    (role): role is Role => typeof role === "string" && Object.hasOwn(roles, role),
  );
  return (["admin", "publisher", "viewer"] as const).find((role) => named.includes(role)) ?? issuer.defaultRole;
};

const looksLikeJwt = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

/**
 * Accepts JSON Web Tokens (RFC 7519) of the configured issuers: signature, `iss`, `aud`, `exp` and `nbf` are checked,
 * `exp` and `sub` are required.
 */
export const oidcAuthenticator = (issuers: readonly OidcIssuer[], now: () => Date): Authenticator => {
  const trusted = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }]));
  return async (token): Promise<Actor | undefined> => {
    const entry = looksLikeJwt.test(token) ? trusted.get(issuerOf(token) ?? "") : undefined;
    if (!entry) return undefined;
    const { issuer, keys } = entry;
    const keySet = await keys().catch(() => {
      throw coreProblem("unavailable", {
        detail: "The token's issuer does not answer.",
        headers: { "retry-after": "5" },
      });
    });
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms,
        requiredClaims: ["exp", "sub"],
        clockTolerance: 5,
        currentDate: now(),
      });
      return {
        kind: "member",
        tenantId: issuer.tenant,
        subject: `${issuer.issuer}#${payload.sub}`,
        scopes: new Set(roles[roleOf(issuer, payload)]),
        expiresAt: (payload.exp ?? 0) * 1000,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError && !keysUnavailable.has(error.code)) return undefined;
      throw coreProblem("unavailable", {
        detail: "The token's issuer does not answer.",
        headers: { "retry-after": "5" },
      });
    }
  };
};
