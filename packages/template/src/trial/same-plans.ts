import { isDeepStrictEqual } from "node:util";
import { openForm } from "./open-form.ts";
import type { TrialInput } from "./trial-inputs.ts";
import { type TrialScope, triedValues } from "./trial-scope.ts";
import { environmentOf, type TriedVersion } from "./tried-version.ts";

type Versions = readonly [before: TriedVersion, after: TriedVersion];

const areSame = ([before, after]: readonly [unknown, unknown]): boolean => isDeepStrictEqual(before, after);

const ofBoth = <T>(versions: Versions, part: (version: TriedVersion) => T): readonly [T, T] => [
  part(versions[0]),
  part(versions[1]),
];

const graphOf = ({ graph }: TriedVersion): unknown =>
  Object.fromEntries([...graph].map(([id, others]) => [id, [...new Set(others)].sort()]));

const isDeclaredIn =
  ({ declared }: TriedVersion) =>
  (name: string): boolean =>
    Object.hasOwn(declared, name);

/** Whether all environments of both can be used, and each of them sets the same beside variables. */
const environmentsFit = (versions: Versions, { environments }: TrialScope): boolean => {
  const [before, after] = ofBoth(versions, ({ environments: all }) => all && Object.keys(all));
  if (!before || !after) return false;
  const usable = new Set(environments);
  if (before.some((name) => after.includes(name) && !usable.has(name))) return false;
  return environments.every((name) => {
    if (name === undefined) return true;
    return areSame(
      ofBoth(versions, (version) => {
        const { agents, channels, resources } = environmentOf(version, name) ?? {};
        return { agents, channels, resources };
      }),
    );
  });
};

/** Whether the same steps wait for the same, and ask for the same of every variable that has a value. */
const stepsFit = (versions: Versions, { texts }: TrialScope): boolean => {
  if (!areSame(ofBoth(versions, graphOf))) return false;
  return [...texts].every((id) =>
    areSame(ofBoth(versions, (version) => openForm(version.texts.get(id), isDeclaredIn(version)))),
  );
};

/** Variables of both versions that mean something else, or may. */
const changedOfBoth = ([before, after]: Versions, { changed }: TrialScope): string[] =>
  [...changed].filter((name) => isDeclaredIn(before)(name) && isDeclaredIn(after)(name));

/**
 * Whether the steps of two versions are written so that they come to the same for all values that are given: then only
 * what happens without a value has to be tried. A variable on a condition may lack its value for other reasons.
 */
export const fitsByForm = (versions: Versions, scope: TrialScope): boolean =>
  environmentsFit(versions, scope) &&
  stepsFit(versions, scope) &&
  changedOfBoth(versions, scope).every((name) => versions.every(({ declared }) => declared[name]?.when === undefined));

const mustBeGiven = ([before]: Versions, name: string, inherited: object): boolean => {
  const { required, default: own } = before.declared[name] ?? {};
  return required === true && own === undefined && !Object.hasOwn(inherited, name);
};

/** Whether each changed variable was given at least once, and left out in each environment, unless it must be given there. */
export const areExercised = (versions: Versions, scope: TrialScope, used: readonly TrialInput[]): boolean =>
  changedOfBoth(versions, scope).every((name) => {
    if (!used.some(({ given }) => Object.hasOwn(given, name))) return false;
    return scope.environments.every((environment) => {
      const inherited = triedValues(versions[0], environment, scope);
      if (mustBeGiven(versions, name, inherited)) return true;
      return used.some((input) => input.environment === environment && !Object.hasOwn(input.given, name));
    });
  });
