import { type Scope, scopes } from "@nofx/contract-kit";
import type { Actor, Authenticator, createLogger } from "@nofx/service-kit";
import { z } from "zod";
import { problem } from "../problem.ts";

/** Tokens that are no token's length are not asked about. */
const tokenLengthMax = 8192;
const retrySeconds = "2";

const Introspection = z.discriminatedUnion("active", [
  z.object({ active: z.literal(false) }),
  z
    .object({
      active: z.literal(true),
      kind: z.enum(["member", "service", "operator"]),
      sub: z.string().min(1),
      tenant: z.string().min(1).optional(),
      scope: z.string().default(""),
      agents: z.array(z.string()).optional(),
      templates: z.array(z.string()).optional(),
      exp: z.number().optional(),
    })
    .refine(({ kind, tenant }) => kind !== "member" || tenant !== undefined, "has no tenant"),
]);

const isScope = (name: string): name is Scope => scopes.some((scope) => scope === name);

/** Whom an introspection answer tells of; undefined if the token is not good. @throws if it is no such answer. */
export const toActor = (answer: unknown): Actor | undefined => {
  const token = Introspection.parse(answer);
  if (!token.active) return undefined;
  return {
    kind: token.kind,
    tenantId: token.tenant ?? "",
    subject: token.sub,
    // Scopes that this service does not know are of no use here.
    scopes: new Set(token.scope.split(" ").filter(isScope)),
    // Bound to either is bound: whatever is not named may not be changed.
    ...((token.agents || token.templates) && {
      bound: { agents: new Set(token.agents), templates: new Set(token.templates) },
    }),
    ...(token.exp !== undefined && { expiresAt: token.exp * 1000 }),
  };
};

/** What asking about a token gives: what a client of the registry gives. */
export type IntrospectionResult =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly status: number; readonly headers: Headers };

/**
 * Knows callers by asking whoever issues the tokens. Where that one does not answer, refuses this service or says
 * something else, it is not the caller's fault: `unavailable`, never `unauthenticated`.
 */
export const introspectingAuthenticator = (
  introspect: (token: string) => Promise<IntrospectionResult>,
  log: Pick<ReturnType<typeof createLogger>, "warn">,
): Authenticator => {
  const unavailable = (reason: object, retryAfter = retrySeconds) => {
    log.warn(reason, "tokens cannot be checked");
    const detail = "The service that knows tokens cannot be asked at the moment; retry after the time in Retry-After.";
    return problem("unavailable", { detail, headers: { "retry-after": retryAfter } });
  };
  return async (token) => {
    if (token.length > tokenLengthMax) return undefined;
    const result = await introspect(token).catch((err: unknown) => {
      throw unavailable({ err });
    });
    if (!result.ok) throw unavailable({ status: result.status }, result.headers.get("retry-after") ?? retrySeconds);
    try {
      return toActor(result.body);
    } catch (err) {
      throw unavailable({ err });
    }
  };
};
