import { isDeepStrictEqual } from "node:util";
import { asObject } from "@nofx/document";
import { variablesIn } from "../variables/condition.ts";
import type { Declared } from "../variables/declared.ts";
import { environmentOf, type TriedVersion } from "./tried-version.ts";

/** What of two versions has to be tried: everything else is the same in every plan. */
export interface TrialScope {
  /** Environments that both have, and none. */
  readonly environments: readonly (string | undefined)[];
  /** Variables that mean something else, or may. */
  readonly changed: ReadonlySet<string>;
  /** The same, and those that conditions connect with them. */
  readonly variables: ReadonlySet<string>;
  /** The steps that these may be another for. */
  readonly texts: ReadonlySet<string>;
}

const different = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] => {
  const own = (values: typeof before, name: string): unknown =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(own(before, name), own(after, name)));
};

const wordless = (declared: Declared): Declared =>
  Object.fromEntries(Object.entries(declared).map(([name, { description: _words, ...rules }]) => [name, rules]));

const environmentsOfBoth = (before: TriedVersion, after: TriedVersion): (string | undefined)[] => [
  undefined,
  ...Object.keys(before.environments ?? {})
    .filter((name) => environmentOf(before, name) && environmentOf(after, name))
    .sort(),
];

const valuesIn = (version: TriedVersion, environment: string | undefined) =>
  (environment === undefined ? undefined : environmentOf(version, environment))?.variables ?? {};

/** For each variable, those whose conditions look at it, and those that its own look at. */
const connections = (versions: readonly TriedVersion[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  const connect = (one: string, other: string) => found.set(one, (found.get(one) ?? new Set()).add(other));
  for (const { declared } of versions) {
    for (const [name, { when, rules = [] }] of Object.entries(declared)) {
      for (const condition of [...(when ? [when] : []), ...rules.map(({ holds }) => holds)]) {
        for (const other of variablesIn(condition)) {
          connect(name, other);
          connect(other, name);
        }
      }
    }
  }
  return found;
};

const connectedWith = (seeds: ReadonlySet<string>, versions: readonly TriedVersion[]): ReadonlySet<string> => {
  const graph = connections(versions);
  const reached = new Set(seeds);
  // A set that grows while it is gone through shows what is added, too.
  for (const name of reached) for (const other of graph.get(name) ?? []) reached.add(other);
  return reached;
};

const usedBy = ({ uses }: TriedVersion, id: string): ReadonlySet<string> => uses.get(id) ?? new Set();

/** Finds what has to be tried to tell whether two versions give the same plans. */
export const trialScope = (before: TriedVersion, after: TriedVersion): TrialScope => {
  const environments = environmentsOfBoth(before, after);
  const all = [...new Set([...before.texts.keys(), ...after.texts.keys()])];
  // A step that only one of them has may be what refuses.
  const rewritten = all.filter((id) => !isDeepStrictEqual(before.texts.get(id), after.texts.get(id)));
  const changed = new Set([
    ...different(wordless(before.declared), wordless(after.declared)),
    ...environments.flatMap((name) => different(valuesIn(before, name), valuesIn(after, name))),
    ...rewritten.flatMap((id) => [...usedBy(before, id), ...usedBy(after, id)]),
  ]);
  const variables = connectedWith(changed, [before, after]);
  const uses = (id: string): boolean =>
    [before, after].some((version) => !usedBy(version, id).isDisjointFrom(variables));
  const texts = new Set([...rewritten, ...(variables.size > 0 ? all.filter(uses) : [])]);
  return { environments, changed, variables, texts };
};

/** Values of an environment, as far as they are to be tried. */
export const triedValues = (version: TriedVersion, environment: string | undefined, { variables }: TrialScope) =>
  Object.fromEntries(Object.entries(asObject(valuesIn(version, environment))).filter(([name]) => variables.has(name)));
