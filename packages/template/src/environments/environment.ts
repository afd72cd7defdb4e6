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

/** Environments of the same names, each hand's over those of the hands before. */
type Hands = readonly TemplateEnvironments[];

const layersOf = (hands: Hands, name: string): TemplateEnvironment[] =>
  hands.flatMap((environments) =>
    Object.hasOwn(environments, name) ? [environments[name] as TemplateEnvironment] : [],
  );

const chainOf = (hands: Hands, name: string): string[] | EnvironmentProblem => {
  const chain: string[] = [];
  for (let next: string | undefined = name; next !== undefined; ) {
    const at = chain[0] ?? next;
    const layers = layersOf(hands, next);
    if (layers.length === 0) {
      const message = `There is no environment "${next}"`;
      return { code: "environment_unknown", at, message, fix: closestWord(next, hands.flatMap(Object.keys)) };
    }
    if (chain.includes(next)) {
      const message = `Environments extend each other: ${[next, ...chain.slice(0, chain.indexOf(next) + 1)].reverse().join(" → ")}`;
      return { code: "environment_circle", at, message, fix: undefined };
    }
    chain.unshift(next);
    next = layers.findLast((layer) => layer.extends !== undefined)?.extends;
  }
  return chain;
};

const parts = ["variables", "agents", "channels", "resources"] as const;

/**
 * Resolves an environment: whom it extends comes first, itself last, each merged over what is there so far (RFC 7396).
 * What somebody keeps for themselves under a name comes right behind what is declared under it, and may extend another
 * one. What the caller gives comes after all of them.
 */
export const resolveEnvironment = (
  declared: TemplateEnvironments,
  name: string,
  kept: TemplateEnvironments = {},
): EnvironmentResolution => {
  const hands = [declared, kept];
  const chain = chainOf(hands, name);
  if (!Array.isArray(chain)) return { ok: false, problem: chain };
  const layers = chain.flatMap((one) => layersOf(hands, one));
  const merged = (part: (typeof parts)[number]): unknown =>
    layers.reduce<unknown>((below, layer) => mergePatch(below, layer[part] ?? {}), {});
  const [variables, agents, channels, resources] = parts.map(merged);
  return { ok: true, environment: { name, chain, variables, agents, channels, resources } as ResolvedEnvironment };
};
