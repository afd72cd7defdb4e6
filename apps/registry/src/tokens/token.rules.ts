import { createHash, randomBytes } from "node:crypto";
import type { Scope } from "@nofx/contract-kit";

/** `nofx_` and 256 random bits in base64url. */
export const newSecret = (): string => `nofx_${randomBytes(32).toString("base64url")}`;

/** Whether a text has the form of an API token. */
export const isSecret = (text: string): boolean => /^nofx_[A-Za-z0-9_-]{43}$/.test(text);

/** What is stored of a secret. 256 random bits need no salt and no slow hash. */
export const secretHash = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Names within the tenant: the only agents and templates that a token may change. */
export interface Bound {
  readonly agents: ReadonlySet<string>;
  readonly templates: ReadonlySet<string>;
}

/** What a token is bound to, as orders name it and answers tell it. */
export interface Named {
  readonly agents?: readonly string[] | undefined;
  readonly templates?: readonly string[] | undefined;
}

/** Bound to either is bound: whatever is not named may not be changed. Undefined if neither is named. */
export const boundOf = ({ agents, templates }: Named): Bound | undefined =>
  agents || templates ? { agents: new Set(agents), templates: new Set(templates) } : undefined;

/**
 * What a token is bound to, as it is stored and told: with templates always come agents, if only that there are none.
 * Whoever knows nothing of templates sees a token that may change nothing, and not one that may change everything.
 */
export const toldBound = (bound: Bound | undefined): { agents?: string[]; templates?: string[] } => ({
  ...(bound && { agents: [...bound.agents] }),
  ...(bound && bound.templates.size > 0 && { templates: [...bound.templates] }),
});

/** What a new token could change beyond what its issuer can; undefined stands for everything. */
export const excessNames = (issuer: Bound | undefined, wanted: Bound | undefined): readonly string[] => {
  if (!issuer) return [];
  if (!wanted) return ["all other agents and templates"];
  const templates = [...wanted.templates].filter((template) => !issuer.templates.has(template));
  return [
    ...[...wanted.agents].filter((agent) => !issuer.agents.has(agent)),
    ...templates.map((template) => `template ${template}`),
  ];
};

/** Scopes that a new token would have beyond those of its issuer. */
export const excessScopes = (issuer: ReadonlySet<Scope>, wanted: readonly Scope[]): Scope[] =>
  wanted.filter((scope) => !issuer.has(scope));
