/** A step as far as its place among the others goes. */
export interface Node {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** Steps by id; of several with one id, the first. Without a single `dependsOn`, they run in the order of the list. */
export const graphOf = (nodes: readonly Node[]): Graph => {
  const isList = nodes.every(({ dependsOn }) => dependsOn.length === 0);
  const graph = new Map<string, readonly string[]>();
  let previous: string | undefined;
  for (const { id, dependsOn } of nodes) {
    if (graph.has(id)) continue;
    graph.set(id, isList ? (previous === undefined ? [] : [previous]) : dependsOn);
    previous = id;
  }
  return graph;
};

/** Steps by id, each waiting for what it says and nothing else; of several with one id, the first. */
export const graphOfEdges = (nodes: readonly Node[]): Graph => {
  const graph = new Map<string, readonly string[]>();
  for (const { id, dependsOn } of nodes) if (!graph.has(id)) graph.set(id, dependsOn);
  return graph;
};

/** The steps that have run when one begins. */
export const ancestorsOf = (graph: Graph, id: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const open = [...(graph.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !graph.has(next)) continue;
    found.add(next);
    open.push(...(graph.get(next) ?? []));
  }
  return found;
};

/** The shortest way from a step back to itself, both ends included; undefined if there is none. */
const wayBack = (graph: Graph, id: string): string[] | undefined => {
  const ways: string[][] = [[id]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of graph.get(way.at(-1) as string) ?? []) {
      if (next === id) return [...way, id];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
};

/** Steps that wait for themselves: ways around, of which no two share a step. */
export const cyclesIn = (graph: Graph): string[][] => {
  const told = new Set<string>();
  const cycles: string[][] = [];
  for (const id of graph.keys()) {
    if (told.has(id) || !ancestorsOf(graph, id).has(id)) continue;
    const cycle = wayBack(graph, id);
    if (!cycle || cycle.some((member) => told.has(member))) continue;
    for (const member of cycle) told.add(member);
    cycles.push(cycle);
  }
  return cycles;
};

/** Steps in an order in which they can run: each behind those it waits for, else as listed. Those of a circle are left out. */
export const executionOrder = (graph: Graph): string[] => {
  const waiting = new Map<string, number>();
  const followers = new Map<string, string[]>();
  for (const [id, before] of graph) {
    const known = [...new Set(before)].filter((one) => graph.has(one));
    waiting.set(id, known.length);
    for (const one of known) followers.set(one, [...(followers.get(one) ?? []), id]);
  }
  const listed = new Map([...graph.keys()].map((id, index) => [id, index]));
  const ready = [...graph.keys()].filter((id) => waiting.get(id) === 0);
  const ordered: string[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    ordered.push(next);
    for (const follower of followers.get(next) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
    ready.sort((a, b) => (listed.get(a) ?? 0) - (listed.get(b) ?? 0));
  }
  return ordered;
};
