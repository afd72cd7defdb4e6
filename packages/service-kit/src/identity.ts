import { type Access, changesPublished, type Operation, type Scope } from "@nofx/contract-kit";
import { LRUCache } from "lru-cache";
import { coreProblem, type HttpProblem } from "./http-problem.ts";

/** Who calls. */
export interface Actor {
  readonly kind: "anonymous" | "member" | "operator" | "service";
  /** Empty for anonymous callers, the operator, and a service that no tenant has a token of. */
  readonly tenantId: string;
  /** Stable name of the person or program; in audit entries and logs. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only agents that it may change; undefined: all of its tenant's. */
  readonly agents?: ReadonlySet<string> | undefined;
  /** For a workload: what its issuer said of it, such as repository, run and commit. */
  readonly workload?: Readonly<Record<string, string>> | undefined;
  /** When the token ends, milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
}

export const anonymous: Actor = { kind: "anonymous", tenantId: "", subject: "anonymous", scopes: new Set() };

/** Finds out whose token it is; `undefined` if it is not good. May be told to forget what it remembers. */
export type Authenticator = (token: string) => Actor | undefined | Promise<Actor | undefined>;

/** Remembers verdicts, good and bad, for a short time and never past a token's end. */
export interface CachedAuthenticator extends Authenticator {
  forget(): void;
}

export const cachedAuthenticator = (
  lookUp: Authenticator,
  options: { readonly ttlMs: number; readonly now: () => number },
): CachedAuthenticator => {
  const cache = new LRUCache<string, { actor: Actor | undefined }>({
    max: 10_000,
    ttl: options.ttlMs,
    ttlResolution: 1_000,
  });
  let generation = 0;
  const learn = async (token: string): Promise<Actor | undefined> => {
    const before = generation;
    const actor = await lookUp(token);
    if (before === generation) cache.set(token, { actor });
    return actor;
  };
  const authenticate = (token: string) => {
    const known = cache.get(token);
    if (!known) return learn(token);
    const { actor } = known;
    return actor?.expiresAt !== undefined && actor.expiresAt <= options.now() ? undefined : actor;
  };
  return Object.assign(authenticate, {
    forget: () => {
      generation += 1;
      cache.clear();
    },
  });
};

/** Asks one authenticator after the other. */
export const firstOf =
  (...authenticators: readonly Authenticator[]): Authenticator =>
  async (token) => {
    for (const authenticate of authenticators) {
      const actor = await authenticate(token);
      if (actor) return actor;
    }
    return undefined;
  };

const challenge = { headers: { "www-authenticate": 'Bearer realm="nofx"' } };

/** The token of `Authorization: Bearer …`; `undefined` without the header. */
export const bearerToken = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (!token) throw coreProblem("unauthenticated", { ...challenge, detail: "Authorization must be `Bearer <token>`." });
  return token;
};

/** Refuses a caller that the operation does not admit: 401 without identity, 403 without the right. */
export const admit = (access: Access, actor: Actor): void => {
  if ("anyone" in access) return;
  if ("kind" in access) {
    if (actor.kind === "anonymous") throw coreProblem("unauthenticated", challenge);
    if (access.kind.some((kind) => kind === actor.kind)) return;
    throw coreProblem("forbidden", { detail: `Only for: ${access.kind.join(", ")}.` });
  }
  if (actor.kind === "anonymous") {
    if (access.anonymous) return;
    throw coreProblem("unauthenticated", challenge);
  }
  if (actor.scopes.has(access.scope) || (access.operator && actor.kind === "operator")) return;
  const lacks = `The token lacks the scope ${access.scope}.`;
  const instead = `Use a token of a tenant${access.anonymous ? ", or none" : ""}.`;
  throw coreProblem("forbidden", { detail: actor.kind === "operator" ? `${lacks} ${instead}` : lacks });
};

/** 403 for a token that may change only these agents. */
export const boundElsewhere = (agents: ReadonlySet<string>): HttpProblem =>
  coreProblem("agent_not_allowed", { detail: `The token may change only: ${[...agents].join(", ")}.` });

/**
 * Refuses what changes more than agents, such as settings, webhooks and templates, to a token that is bound to agents. Operations
 * that name an agent hold it against the token themselves, where they lock it.
 */
export const admitBound = (operation: Operation, { agents }: Actor): void => {
  if (!agents || !changesPublished(operation) || operation.agentInBody) return;
  if (!Object.hasOwn(operation.params?.shape ?? {}, "agentId")) throw boundElsewhere(agents);
};

/** 401 for a token that is not good. */
export const badToken = () =>
  coreProblem("unauthenticated", {
    headers: { "www-authenticate": 'Bearer realm="nofx", error="invalid_token"' },
    detail: "The token is unknown, revoked, expired or not signed by a trusted issuer.",
  });
