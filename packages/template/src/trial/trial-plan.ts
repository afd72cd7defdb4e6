import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import { textOrNone } from "../expressions/filter.ts";
import { renderValue } from "../render/render-value.ts";
import { PlanTooLarge, planCharactersMax, type Scope } from "../render/scope.ts";
import type { Declared } from "../variables/declared.ts";
import { type GivenValues, resolveVariables } from "../variables/resolve-variables.ts";
import { type TrialScope, triedValues } from "./trial-scope.ts";
import { goalId, type TriedVersion } from "./tried-version.ts";

/** Where something stands against a plan, and what; never a value. */
export interface Obstacle {
  readonly variable?: string;
  readonly step?: string;
  readonly code: string;
}

/** The parts of a plan that may be another in the other version, or what stands against it. */
export type TrialPlan =
  | { readonly obstacles: readonly Obstacle[] }
  | { readonly texts: ReadonlyMap<string, unknown>; readonly values: Readonly<Record<string, unknown>> };

/** A version, ready to be tried again and again. */
export interface TrialSide {
  readonly version: TriedVersion;
  readonly scope: TrialScope;
  readonly declared: Declared;
  readonly texts: ReadonlyMap<string, unknown>;
  /** Variables that no step uses: their values show in the plan alone. */
  readonly shown: readonly string[];
  /** How much is gone through each time, in characters. */
  readonly size: number;
}

/** Characters of work that is left. */
export interface Allowance {
  left: number;
}

/** Reduces a version to what has to be tried. */
export const trialSide = (version: TriedVersion, scope: TrialScope): TrialSide => {
  const { variables } = scope;
  const declared = Object.fromEntries(Object.entries(version.declared).filter(([name]) => variables.has(name)));
  const texts = new Map([...version.texts].filter(([id]) => scope.texts.has(id)));
  const used = new Set([...texts.keys()].flatMap((id) => [...(version.uses.get(id) ?? [])]));
  const shown = Object.keys(declared).filter((name) => !used.has(name));
  const size = JSON.stringify([...texts.values(), declared]).length;
  return { version, scope, declared, texts, shown, size };
};

const variableObstacle = ({ path, code }: ProblemItem, declared: Declared): Obstacle => {
  const variable = Object.keys(declared).find((name) => {
    const place = jsonPath(["variables", name]);
    return path.startsWith(place) && [undefined, ".", "["].includes(path[place.length]);
  });
  return { ...(variable !== undefined && { variable }), code };
};

const filledTexts = (
  { texts }: TrialSide,
  scope: Scope,
): TrialPlan | { readonly texts: ReadonlyMap<string, unknown> } => {
  const obstacles: Obstacle[] = [];
  const filled = new Map<string, unknown>();
  for (const [id, text] of texts) {
    const errors: ProblemItem[] = [];
    const value = renderValue(text, [], scope, errors);
    filled.set(id, id === goalId ? textOrNone(value) : value);
    obstacles.push(...errors.map(({ code }) => ({ ...(id !== goalId && { step: id }), code })));
  }
  return obstacles.length > 0 ? { obstacles } : { texts: filled };
};

/** What a version makes of given values in an environment, as rendering would. */
export const trialPlan = (
  side: TrialSide,
  environment: string | undefined,
  given: GivenValues,
  allowance: Allowance,
): TrialPlan => {
  allowance.left -= side.size;
  const inherited = triedValues(side.version, environment, side.scope);
  const resolved = resolveVariables(side.declared, { ...inherited, ...given });
  if (!resolved.ok) return { obstacles: resolved.errors.map((error) => variableObstacle(error, side.declared)) };
  const isDeclared = (name: string): boolean => Object.hasOwn(side.version.declared, name);
  const scope: Scope = { values: resolved.values, isDeclared, charactersLeft: planCharactersMax };
  try {
    const filled = filledTexts(side, scope);
    if ("obstacles" in filled) return filled;
    const values = side.shown.filter((name) => resolved.values.has(name));
    return { ...filled, values: Object.fromEntries(values.map((name) => [name, resolved.values.get(name)])) };
  } catch (error) {
    if (error instanceof PlanTooLarge) return { obstacles: [{ code: "plan_too_large" }] };
    throw error;
  } finally {
    allowance.left -= planCharactersMax - scope.charactersLeft;
  }
};
