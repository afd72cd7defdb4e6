import { parseRange, precedenceKey } from "@nofx/versioning";
import type { AskedRequirement, Candidate, Requirement, Resource, Strategy } from "../src/index.ts";

/** All versions of some resources, by `kind tenant/id`. */
export type World = ReadonlyMap<string, readonly Candidate[]>;

export const keyOf = ({ kind, tenant, id }: Resource): string => `${kind} ${tenant}/${id}`;

const ranges = new Map<string, ReturnType<typeof parseRange>>();

export const fits = (range: string, version: string): boolean => {
  if (!ranges.has(range)) ranges.set(range, parseRange(range === "latest" ? "*" : range));
  return ranges.get(range)?.includes(version) ?? false;
};

export const preferred = (candidates: readonly Candidate[], strategy: Strategy): Candidate[] => {
  const rank = ({ status }: Candidate) => (status === "active" ? 0 : 1);
  const sign = strategy === "highest" ? -1 : 1;
  const order = (left: Candidate, right: Candidate) =>
    precedenceKey(left.version) < precedenceKey(right.version) ? -sign : sign;
  return candidates
    .filter(({ status }) => status === "active" || status === "deprecated")
    .sort((left, right) => rank(left) - rank(right) || order(left, right));
};

/** One candidate of each resource that has one. */
type Assignment = ReadonlyMap<string, Candidate>;

/** All ways to give each resource one of its versions, or none; always the same map, changed. */
function* assignments(
  entries: readonly (readonly [string, readonly Candidate[]])[],
  made = new Map<string, Candidate>(),
): Generator<Map<string, Candidate>> {
  const [first, ...rest] = entries;
  if (!first) {
    yield made;
    return;
  }
  const [key, candidates] = first;
  yield* assignments(rest, made);
  for (const candidate of candidates) yield* assignments(rest, made.set(key, candidate));
  made.delete(key);
}

const sorted = (requirements: readonly Requirement[]): string[] =>
  requirements.map(({ resource }) => keyOf(resource)).sort((left, right) => (left < right ? -1 : 1));

/** The row of resources: what is wanted from the outset, then what each wants. */
const rowOf = (requirements: readonly AskedRequirement[], assignment: Assignment, root: string): string[] => {
  const row = [...new Set(sorted(requirements))].filter((key) => key !== root);
  for (const key of row) {
    for (const next of sorted(assignment.get(key)?.dependencies ?? [])) {
      if (next !== root && !row.includes(next)) row.push(next);
    }
  }
  return row;
};

const containsItself = (start: string, edges: ReadonlyMap<string, readonly string[]>): boolean => {
  const open = [...(edges.get(start) ?? [])];
  for (const next of open) {
    if (next === start) return true;
    for (const further of edges.get(next) ?? []) if (!open.includes(further)) open.push(further);
  }
  return false;
};

const templatesIn = (dependencies: readonly Requirement[]): string[] =>
  dependencies.filter(({ resource }) => resource.kind === "template").map(({ resource }) => keyOf(resource));

/**
 * The answer by its definition, without any cleverness: all assignments are made, those that are no solutions thrown away,
 * and of the others the one taken that is first by preference along the row. The root is `template acme/root 1.0.0`.
 */
export const bruteForce = (
  world: World,
  requirements: readonly AskedRequirement[],
  strategy: Strategy,
): Assignment | undefined => {
  const root = "template acme/root";
  const ofRoot = requirements.filter(({ by }) => by.kind === "template");
  const entries = [...world].map(([key, candidates]) => [key, preferred(candidates, strategy)] as const);
  const isMet = (assignment: Assignment) => (want: Requirement) => {
    const key = keyOf(want.resource);
    const version = key === root && ofRoot.length > 0 ? "1.0.0" : assignment.get(key)?.version;
    return version !== undefined && fits(want.range, version);
  };
  const isSolution = (assignment: Assignment): boolean => {
    const met = isMet(assignment);
    if (!requirements.every(met) || ![...assignment.values()].every((one) => one.dependencies.every(met))) return false;
    const row = rowOf(requirements, assignment, ofRoot.length > 0 ? root : "");
    if (row.length !== assignment.size) return false;
    const edges = new Map([...assignment].map(([key, { dependencies }]) => [key, templatesIn(dependencies)]));
    if (ofRoot.length > 0) edges.set(root, templatesIn(ofRoot));
    return [...edges.keys()].every(
      (key) => !key.startsWith("template") || !containsItself(key, edgesOfTemplates(edges)),
    );
  };
  const rank = (assignment: Assignment): number[] =>
    rowOf(requirements, assignment, ofRoot.length > 0 ? root : "").map((key) =>
      (entries.find(([name]) => name === key)?.[1] ?? []).indexOf(assignment.get(key) as Candidate),
    );
  const isBefore = (left: readonly number[], right: readonly number[]): boolean => {
    const at = left.findIndex((place, index) => place !== right[index]);
    return at >= 0 && (left[at] as number) < (right[at] ?? Number.POSITIVE_INFINITY);
  };
  let best: { assignment: Assignment; rank: number[] } | undefined;
  for (const assignment of assignments(entries)) {
    if (!isSolution(assignment)) continue;
    const found = rank(assignment);
    if (!best || isBefore(found, best.rank)) best = { assignment: new Map(assignment), rank: found };
  }
  return best?.assignment;
};

const edgesOfTemplates = (edges: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> =>
  new Map([...edges].filter(([key]) => key.startsWith("template")));
