import type { RelationNode } from "@nofx/contract-search";
import { type DocumentKey, keyText } from "@nofx/search-core";

interface Edge {
  readonly from: DocumentKey;
  readonly to: DocumentKey;
  readonly direction: "depends-on" | "used-by";
  readonly depth: number;
}

type Resource = DocumentKey & Pick<RelationNode, "name" | "currentVersion" | "status" | "visibility">;

/** Everything that edges begin or end at, each once. */
export const touched = (edges: readonly Pick<Edge, "from" | "to">[]): DocumentKey[] => [
  ...new Map(edges.flatMap(({ from, to }) => [from, to]).map((key) => [keyText(key), key])).values(),
];

/** An edge leads to its far end in so many steps; where it came from is nearer. */
const depths = (root: DocumentKey, edges: readonly Edge[]): Map<string, number> => {
  const found = new Map([[keyText(root), 0]]);
  for (const { from, to, direction, depth } of edges) {
    const far = keyText(direction === "depends-on" ? to : from);
    found.set(far, Math.min(depth, found.get(far) ?? depth));
  }
  return found;
};

/** What edges connect, the nearest first, with what is known of each. */
export const relatedNodes = (
  root: Resource,
  edges: readonly Edge[],
  resources: readonly Resource[],
): RelationNode[] => {
  const known = new Map(resources.map((resource) => [keyText(resource), resource]));
  const steps = depths(root, edges);
  const nodes = touched([{ from: root, to: root }, ...edges]).map(({ type, tenant, id }): RelationNode => {
    const text = keyText({ type, tenant, id });
    const { name, currentVersion, status, visibility } = (text === keyText(root) ? root : known.get(text)) ?? {};
    const depth = steps.get(text) ?? 0;
    return { type, tenant, id, depth, found: name !== undefined, name, currentVersion, status, visibility };
  });
  return nodes.sort((a, b) => a.depth - b.depth);
};
