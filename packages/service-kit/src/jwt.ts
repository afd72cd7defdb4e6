import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { coreProblem } from "./http-problem.ts";

/** Who signs tokens, and for whom they must be made out. */
export interface JwtIssuer {
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** Must be among `aud`. */
  readonly audience: string;
  /** Default: `jwks_uri` of the issuer's discovery document. */
  readonly jwksUri?: string | undefined;
}

/** Why a token is not good. */
export type JwtRefusal =
  | "malformed"
  | "issuer_unknown"
  | "audience_other"
  | "expired"
  | "not_yet_valid"
  | "claim_missing"
  | "signature_bad";

export type JwtVerdict<Issuer extends JwtIssuer> =
  | { readonly issuer: Issuer; readonly payload: JWTPayload }
  | { readonly refused: JwtRefusal };

export interface JwtDemands {
  readonly now: () => Date;
  readonly requiredClaims: readonly string[];
  /** Also requires `iat`, which must not lie in the future. */
  readonly ageSecondsMax?: number;
}

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
const keysOf = (issuer: JwtIssuer) => {
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

const looksLikeJwt = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const issuerOf = (token: string): string | undefined => {
  if (!looksLikeJwt.test(token)) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

const unanswered = () =>
  coreProblem("unavailable", { detail: "The token's issuer does not answer.", headers: { "retry-after": "5" } });

const ofClaim = ({ claim, reason }: errors.JWTClaimValidationFailed): JwtRefusal => {
  if (reason === "missing") return "claim_missing";
  return claim === "aud" ? "audience_other" : "not_yet_valid";
};

const refusalOf = (error: unknown): JwtRefusal => {
  if (!(error instanceof errors.JOSEError) || keysUnavailable.has(error.code)) throw unanswered();
  if (error instanceof errors.JWTExpired) return "expired";
  return error instanceof errors.JWTClaimValidationFailed ? ofClaim(error) : "signature_bad";
};

/**
 * Checks JSON Web Tokens (RFC 7519) of the given issuers: signature, `iss`, `aud`, `exp` and `nbf`. Keys are fetched
 * from these issuers only, whatever a token says. @throws `unavailable` while the issuer does not answer
 */
export const jwtVerifier = <Issuer extends JwtIssuer>(issuers: readonly Issuer[], demands: JwtDemands) => {
  const trusted = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }]));
  return async (token: string): Promise<JwtVerdict<Issuer>> => {
    const named = issuerOf(token);
    if (named === undefined) return { refused: "malformed" };
    const entry = trusted.get(named);
    if (!entry) return { refused: "issuer_unknown" };
    const { issuer, keys } = entry;
    const keySet = await keys().catch(() => {
      throw unanswered();
    });
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms,
        requiredClaims: ["exp", ...demands.requiredClaims],
        clockTolerance: 5,
        currentDate: demands.now(),
        ...(demands.ageSecondsMax !== undefined && { maxTokenAge: demands.ageSecondsMax }),
      });
      return { issuer, payload };
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  };
};
