import type { Asker, Conflict, Want, WantingVersions } from "../src/index.ts";
import { fits, keyOf, preferred, type World } from "./brute-force.ts";

/** What a conflict names: wants, and circles of templates. */
export type Named = Want | { readonly cycle: readonly string[] };

export const wantsIn = (conflict: Conflict): Named[] => {
  const clashes = [conflict, ...conflict.others];
  const cycles = clashes.filter(({ code }) => code === "cycle").map(({ cycle }) => ({ cycle }));
  return [...clashes.flatMap(({ wanted }) => wanted), ...conflict.because, ...cycles];
};

const root = "template acme/root";

type Versions = ReadonlyMap<string, string>;

const isWanting = (asker: Asker | WantingVersions, versions: Versions): boolean =>
  "versions" in asker ? asker.versions.includes(versions.get(keyOf(asker)) ?? "") : true;

/** Whether versions make the circle: each template of it is chosen, and depends on the next. */
const isCircle = (cycle: readonly string[], versions: Versions, world: World): boolean =>
  cycle.slice(0, -1).every((step, index) => {
    const [kind = "", name = ""] = step.split(" ");
    const key = `${kind} ${name}`;
    const next = (cycle[index + 1] ?? "").split(" ").slice(0, 2).join(" ");
    if (key === root) return true;
    const chosen = world.get(key)?.find(({ version }) => version === versions.get(key));
    return chosen?.dependencies.some(({ resource }) => keyOf(resource) === next) ?? false;
  });

/** Whether versions can be chosen, or not chosen, so that all of some wants are met and no circle is made. */
export const isJointlyPossible = (world: World, named: readonly Named[]): boolean => {
  const involved = new Set(
    named.flatMap((one) => {
      if (!("by" in one)) return one.cycle.map((step) => step.split(" ").slice(0, 2).join(" "));
      return [keyOf(one.resource), ...("versions" in one.asker ? [keyOf(one.asker)] : [])];
    }),
  );
  const entries = [...world]
    .filter(([key]) => involved.has(key))
    .map(([key, candidates]) => [key, preferred(candidates, "highest")] as const);
  const isFine = (versions: Versions): boolean =>
    named.every((one) => {
      if (!("by" in one)) return !isCircle(one.cycle, versions, world);
      const version = versions.get(keyOf(one.resource));
      return !isWanting(one.asker, versions) || (version !== undefined && fits(one.range, version));
    });
  const isPossible = (index: number, versions: Versions): boolean => {
    const entry = entries[index];
    if (!entry) return isFine(versions);
    const [key, candidates] = entry;
    return (
      isPossible(index + 1, versions) ||
      candidates.some(({ version }) => isPossible(index + 1, new Map([...versions, [key, version]])))
    );
  };
  const isRootWanting = named.some((one) => "by" in one && one.asker.kind === "template" && keyOf(one.asker) === root);
  return isPossible(0, new Map(isRootWanting ? [[root, "1.0.0"]] : []));
};
