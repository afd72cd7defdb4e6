import type { TemplateEnvironment, TemplateEnvironments } from "@nofx/contract-marketplace";
import { closestWord } from "@nofx/document";
import { mergePatch } from "./merge.ts";

/** An environment with everything that it takes over from those it extends. */
export interface ResolvedEnvironment {
  readonly name: string;
  /** Whom it extends, the first one first, and itself. */
  readonly chain: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  /** Agent → range. */
  readonly agents: Readonly<Record<string, string>>;
  readonly channels: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Why there is no such environment. */
export interface EnvironmentProblem {
  readonly code: "environment_unknown" | "environment_circle";
  /** The environment at which it shows. */
  readonly at: string;
  readonly message: string;
  readonly fix: string | undefined;
}

export type EnvironmentResolution =
  | { readonly ok: true; readonly environment: ResolvedEnvironment }
  | { readonly ok: false; readonly problem: EnvironmentProblem };

const chainOf = (environments: TemplateEnvironments, name: string): string[] | EnvironmentProblem => {
  const chain: string[] = [];
  for (let next: string | undefined = name; next !== undefined; next = environments[next]?.extends) {
    const at = chain[0] ?? next;
    if (!Object.hasOwn(environments, next)) {
      const message = `There is no environment "${next}"`;
      return { code: "environment_unknown", at, message, fix: closestWord(next, Object.keys(environments)) };
    }
    if (chain.includes(next)) {
      const message = `Environments extend each other: ${[next, ...chain.slice(0, chain.indexOf(next) + 1)].reverse().join(" → ")}`;
      return { code: "environment_circle", at, message, fix: undefined };
    }
    chain.unshift(next);
  }
  return chain;
};

const parts = ["variables", "agents", "channels", "resources"] as const;

/**
 * Resolves an environment: whom it extends comes first, itself last, each merged over what is there so far (RFC 7396).
 * What the caller gives comes after all of them.
 */
export const resolveEnvironment = (environments: TemplateEnvironments, name: string): EnvironmentResolution => {
  const chain = chainOf(environments, name);
  if (!Array.isArray(chain)) return { ok: false, problem: chain };
  const merged = (part: (typeof parts)[number]): unknown =>
    chain.reduce<unknown>(
      (below, one) => mergePatch(below, (environments[one] as TemplateEnvironment)[part] ?? {}),
      {},
    );
  const [variables, agents, channels, resources] = parts.map(merged);
  return { ok: true, environment: { name, chain, variables, agents, channels, resources } as ResolvedEnvironment };
};
