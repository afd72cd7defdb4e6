import type { Finding, Loss } from "@nofx/contract-registry";
import { manifestLimits } from "@nofx/contract-registry";
import { finding, locatorOf, type Path, type Position, positionsIn } from "@nofx/document";
import { type Node, parseTree } from "jsonc-parser";
import { lossAt } from "./ledger.ts";

/** Deeper documents are refused before they are parsed: the parser recurses. */
const depthMax = 64;

/** A document's value, what of its numbers cannot be held, and where each value stands; or what is wrong with the text. */
export type JsonText =
  | { readonly value: unknown; readonly losses: readonly Loss[]; readonly placeOf: (path: Path) => string }
  | { readonly problems: readonly Finding[] };

/** The deepest nesting of brackets outside strings. */
const depthOf = (text: string): number => {
  let [depth, deepest] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{]|[\]}]/gs)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
};

interface Walk {
  readonly problems: Finding[];
  readonly losses: Loss[];
  readonly placeOf: (node: Node) => string;
}

const written = ({ line, column }: Position): string => `line ${line}, column ${column}`;

const checkString = (text: string, node: Node, path: Path, { problems, placeOf }: Walk): void => {
  if (text.isWellFormed() && !text.includes("\u0000")) return;
  const message = "Holds U+0000 or half of a surrogate pair, which is no storable text";
  problems.push(finding("error", path, "not_text", `${message} (${placeOf(node)})`));
};

const checkObject = (members: readonly Node[], path: Path, walk: Walk): void => {
  const seen = new Set<string>();
  for (const member of members) {
    const [key, value] = member.children as [Node, Node];
    const name = key.value as string;
    const at = [...path, name];
    checkString(name, key, path, walk);
    // Names that JavaScript programs downstream might take for an object's prototype.
    if (name === "__proto__" || (name === "prototype" && path.at(-1) === "constructor")) {
      const message = `A member may not be called so (${walk.placeOf(key)})`;
      walk.problems.push(finding("error", at, "forbidden_key", message));
    }
    if (seen.has(name)) {
      walk.problems.push(finding("error", at, "duplicate_key", `Is there twice (${walk.placeOf(key)})`));
    }
    seen.add(name);
    check(value, at, walk);
  }
};

const checkNumber = (value: number, node: Node, path: Path, walk: Walk): void => {
  if (!Number.isFinite(value)) {
    walk.problems.push(finding("error", path, "not_a_number", `Is too large for a number (${walk.placeOf(node)})`));
  } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    walk.losses.push(lossAt(path, "Beyond 2^53 a number loses digits; write it as a string"));
  }
};

const check = (node: Node, path: Path, walk: Walk): void => {
  if (node.type === "object") checkObject(node.children ?? [], path, walk);
  else if (node.type === "array") {
    for (const [index, element] of (node.children ?? []).entries()) check(element, [...path, index], walk);
  } else if (node.type === "string") checkString(node.value as string, node, path, walk);
  else if (node.type === "number") checkNumber(node.value as number, node, path, walk);
};

const unreadable = (message: string): JsonText => ({ problems: [finding("error", [], "not_json", message)] });

/** Reads a JSON document strictly: RFC 8259, no name twice, at most 64 levels, storable text. A byte order mark is skipped. */
export const readJson = (content: string): JsonText => {
  const text = content.replace(/^\uFEFF/, "");
  if (Buffer.byteLength(content) > manifestLimits.fileBytesMax) {
    return { problems: [finding("error", [], "too_large", `May have ${manifestLimits.fileBytesMax} bytes`)] };
  }
  if (depthOf(text) > depthMax) return unreadable(`Nests deeper than ${depthMax} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable(`Not JSON: ${(error as Error).message}`);
  }
  const root = parseTree(text) as Node;
  const positionOf = positionsIn(text);
  const walk: Walk = { problems: [], losses: [], placeOf: ({ offset }) => written(positionOf(offset)) };
  check(root, [], walk);
  if (walk.problems.length > 0) return { problems: walk.problems };
  const locate = locatorOf(root, positionOf);
  return { value, losses: walk.losses, placeOf: (path) => written(locate(path) ?? positionOf(0)) };
};
