import { isRecord } from "@nofx/versioning";
import { type JsonValue, query } from "jsonpath-rfc9535";
import parse from "jsonpath-rfc9535/parser";

/** Nodes of a query's syntax that would make it take more than time linear in the plan, or run expressions of others. */
const refuse = (node: Readonly<Record<string, unknown>>, isInFilter: boolean): string | undefined => {
  const { type, selectors, name } = node;
  if (type === "BracketedSelection" && Array.isArray(selectors) && selectors.length > 1)
    return "one selector in each bracket";
  if (type === "FunctionExpr" && name !== "length") return `no ${String(name)}()`;
  if (!isInFilter) return undefined;
  const spreads = ["DescendantSegment", "WildcardSelector", "SliceSelector", "FilterSelector"];
  return spreads.includes(String(type)) ? "a filter leads to single values" : undefined;
};

const obstacleIn = (root: unknown): string | undefined => {
  const open: [unknown, boolean][] = [[root, false]];
  let descendants = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, isInFilter] = next;
    if (Array.isArray(node)) open.push(...node.map((member): [unknown, boolean] => [member, isInFilter]));
    if (!isRecord(node)) continue;
    if (node.type === "DescendantSegment") descendants += 1;
    const refusal = descendants > 1 ? "`..` once at most" : refuse(node, isInFilter);
    if (refusal !== undefined) return refusal;
    const isFilter = node.type === "FilterSelector";
    open.push(...Object.values(node).map((member): [unknown, boolean] => [member, isInFilter || isFilter]));
  }
  return undefined;
};

/** What is wrong with a JSONPath (RFC 9535) as one into a plan; undefined if nothing. */
export const pathObstacle = (path: string): string | undefined => {
  try {
    const obstacle = obstacleIn(parse(path));
    return obstacle === undefined ? undefined : `Not a path that can be followed here: ${obstacle}`;
  } catch {
    return "Not a JSONPath (RFC 9535)";
  }
};

/** Everything that a path leads to. The path has no obstacle. */
export const valuesAt = (plan: unknown, path: string): readonly unknown[] => query(plan as JsonValue, path);
