import { type Node, parseTree } from "jsonc-parser";
import type { Path } from "./finding.ts";

/** A place in a text, both numbers from 1; columns count UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of offsets in one text. */
export const positionsIn = (text: string): ((offset: number) => Position) => {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};

/** Reads a JSONPath of names and positions, as findings have it; undefined if it is anything else. */
export const pathSteps = (path: string): Path | undefined => {
  const steps: PropertyKey[] = [];
  const step = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    const [, name, position, quoted] = match;
    steps.push(name ?? (position === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(position)));
  }
  return path.startsWith("$") ? steps : undefined;
};

/** The property of that name; of several the last one, which is the one that JSON.parse keeps. */
const property = (node: Node, name: string): Node | undefined =>
  node.type === "object" ? node.children?.findLast(({ children }) => children?.[0]?.value === name) : undefined;

const child = (node: Node, step: PropertyKey): { key: Node; value: Node } | undefined => {
  if (typeof step === "number") {
    const value = node.type === "array" ? node.children?.[step] : undefined;
    return value && { key: value, value };
  }
  const [key, value] = property(node, String(step))?.children ?? [];
  return key && value && { key, value };
};

/** Finds places of one parsed text: where a value is, or the nearest that should hold it; with `key`, where its key is. */
export type Locator = (path: Path | string, at?: "key") => Position | undefined;

export const locatorOf = (root: Node | undefined, positionOf: (offset: number) => Position): Locator => {
  return (path, at) => {
    const steps = typeof path === "string" ? pathSteps(path) : path;
    if (!root || !steps) return undefined;
    let found = { key: root, value: root };
    for (const step of steps) {
      const next = child(found.value, step);
      // What is missing has no key either: its place is that of what should hold it.
      if (!next) return positionOf(found.value.offset);
      found = next;
    }
    return positionOf(at === "key" ? found.key.offset : found.value.offset);
  };
};

/**
 * Where in a JSON text a value is, by JSONPath or steps. For what is missing: where the nearest is that should hold it.
 * Undefined if the text holds nothing at all, or the path is none of names and positions.
 */
export const locate = (text: string, path: Path | string): Position | undefined =>
  locatorOf(parseTree(text), positionsIn(text))(path);
