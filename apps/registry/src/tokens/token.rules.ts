import { createHash, randomBytes } from "node:crypto";
import type { Scope } from "@nofx/contract-kit";

/** `nofx_` and 256 random bits in base64url. */
export const newSecret = (): string => `nofx_${randomBytes(32).toString("base64url")}`;

/** Whether a text has the form of an API token. */
export const isSecret = (text: string): boolean => /^nofx_[A-Za-z0-9_-]{43}$/.test(text);

/** What is stored of a secret. 256 random bits need no salt and no slow hash. */
export const secretHash = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Agents that a new token could change beyond those of its issuer; undefined stands for all agents. */
export const excessAgents = (
  issuer: ReadonlySet<string> | undefined,
  wanted: readonly string[] | undefined,
): readonly string[] => {
  if (issuer === undefined) return [];
  return wanted === undefined ? ["all other agents"] : wanted.filter((agent) => !issuer.has(agent));
};

/** Scopes that a new token would have beyond those of its issuer. */
export const excessScopes = (issuer: ReadonlySet<Scope>, wanted: readonly Scope[]): Scope[] =>
  wanted.filter((scope) => !issuer.has(scope));
