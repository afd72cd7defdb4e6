import { type Access, type Operation, publishedKind, type Scope } from "@nofx/contract-kit";
import { LRUCache } from "lru-cache";
import { coreProblem, type HttpProblem } from "./http-problem.ts";

/** Names within the tenant: the only agents and templates that a token may change. */
export interface Bound {
  readonly agents: ReadonlySet<string>;
  readonly templates: ReadonlySet<string>;
}

/** Who calls. */
export interface Actor {
  readonly kind: "anonymous" | "member" | "operator" | "service";
  /** Empty for anonymous callers, the operator, and a service that no tenant has a token of. */
  readonly tenantId: string;
  /** Stable name of the person or program; in audit entries and logs. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What it may change, and nothing else; undefined: whatever its scopes say. */
  readonly bound?: Bound | undefined;
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

/**
 * 403 for a token that may not change this agent or template. One that names no templates is told that it is bound to
 * agents, whatever it wanted to change.
 */
export const boundElsewhere = ({ agents, templates }: Bound, kind: "agent" | "template"): HttpProblem => {
  const names = [...agents, ...[...templates].map((template) => `template ${template}`)];
  const code = kind === "template" && templates.size > 0 ? "template_not_allowed" : "agent_not_allowed";
  return coreProblem(code, { detail: `The token may change only: ${names.join(", ") || "nothing"}.` });
};

const namesWhatItChanges = ({ agentInBody, namesTemplates, params }: Operation, kind: "agent" | "template"): boolean =>
  kind === "template" ? namesTemplates === true : agentInBody === true || Object.hasOwn(params?.shape ?? {}, "agentId");

/**
 * Refuses a bound token what changes something of which it names none, or more than can be named, such as settings,
 * webhooks and ratings. Operations that name an agent or templates hold them against the token themselves, where they lock
 * them.
 */
export const admitBound = (operation: Operation, { bound }: Actor): void => {
  const kind = publishedKind(operation);
  if (!bound || !kind) return;
  const named = kind === "agent" ? bound.agents : bound.templates;
  if (named.size === 0 || !namesWhatItChanges(operation, kind)) throw boundElsewhere(bound, kind);
};

/** 401 for a token that is not good. */
export const badToken = () =>
  coreProblem("unauthenticated", {
    headers: { "www-authenticate": 'Bearer realm="nofx", error="invalid_token"' },
    detail: "The token is unknown, revoked, expired or not signed by a trusted issuer.",
  });
