export { type Answer, answer } from "./answer.ts";
export * from "./change-header.ts";
export type { RequestContext } from "./context.ts";
export { contractDigest } from "./contract-digest.ts";
export * from "./cursor.ts";
export { mountDocuments, type PublicDocument } from "./documents.ts";
export * from "./event-stream.ts";
export { type Check, CheckFailed } from "./health.ts";
export { HttpProblem, problemsOf } from "./http-problem.ts";
export {
  type Actor,
  type Authenticator,
  admit,
  admitBound,
  badToken,
  boundElsewhere,
  type CachedAuthenticator,
  cachedAuthenticator,
  firstOf,
} from "./identity.ts";
export { parseJsonBody } from "./json-body.ts";
export { type JwtRefusal, jwtVerifier } from "./jwt.ts";
export { createLogger } from "./logger.ts";
export type { Metrics } from "./metrics.ts";
export { type Handler, mount } from "./mount.ts";
export { OidcIssuer, oidcAuthenticator } from "./oidc.ts";
export { openApiDocument } from "./openapi.ts";
export { type ResponseCache, responseCache } from "./response-cache.ts";
export { type PostAnswer, postSafely } from "./safe-post.ts";
export {
  checkedAddresses,
  parseTarget,
  type ResolveHost,
  systemResolver,
  type TargetPolicy,
  TargetRefused,
} from "./safe-target.ts";
export { createService, type Service } from "./service.ts";
export { type Allowance, parseAllowance } from "./target-address.ts";
export { startTracing, type Tracing } from "./tracing/tracing.ts";
