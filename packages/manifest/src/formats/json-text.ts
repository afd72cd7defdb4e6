import { type ArrayNode, type MemberNode, type ObjectNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import type { Finding, Loss } from "@nofx/contract-registry";
import { manifestLimits } from "@nofx/contract-registry";
import { finding, type Path } from "../finding.ts";
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
}

const place = ({ loc }: { readonly loc: { readonly start: { line: number; column: number } } }): string =>
  `line ${loc.start.line}, column ${loc.start.column}`;

const nameOf = ({ name }: MemberNode): string => (name.type === "String" ? name.value : name.name);

const checkString = (text: string, node: ValueNode | MemberNode, path: Path, { problems }: Walk): void => {
  if (text.isWellFormed() && !text.includes("\u0000")) return;
  const message = "Holds U+0000 or half of a surrogate pair, which is no storable text";
  problems.push(finding("error", path, "not_text", `${message} (${place(node)})`));
};

const checkObject = (node: ObjectNode, path: Path, walk: Walk): void => {
  const seen = new Set<string>();
  for (const member of node.members) {
    const name = nameOf(member);
    const at = [...path, name];
    checkString(name, member, path, walk);
    // Names that JavaScript programs downstream might take for an object's prototype.
    if (name === "__proto__" || (name === "prototype" && path.at(-1) === "constructor")) {
      walk.problems.push(finding("error", at, "forbidden_key", `A member may not be called so (${place(member)})`));
    }
    if (seen.has(name)) walk.problems.push(finding("error", at, "duplicate_key", `Is there twice (${place(member)})`));
    seen.add(name);
    check(member.value, at, walk);
  }
};

const checkNumber = (value: number, node: ValueNode, path: Path, walk: Walk): void => {
  if (!Number.isFinite(value)) {
    walk.problems.push(finding("error", path, "not_a_number", `Is too large for a number (${place(node)})`));
  } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    walk.losses.push(lossAt(path, "Beyond 2^53 a number loses digits; write it as a string"));
  }
};

const check = (node: ValueNode, path: Path, walk: Walk): void => {
  if (node.type === "Object") checkObject(node, path, walk);
  else if (node.type === "Array") {
    for (const [index, { value }] of node.elements.entries()) check(value, [...path, index], walk);
  } else if (node.type === "String") checkString(node.value, node, path, walk);
  else if (node.type === "Number") checkNumber(node.value, node, path, walk);
};

/** The node at a path, or the last one on the way to it. */
const nodeAt = (root: ValueNode, path: Path): ValueNode => {
  let node = root;
  for (const key of path) {
    const next: ValueNode | undefined =
      node.type === "Object"
        ? node.members.find((member) => nameOf(member) === key)?.value
        : (node as ArrayNode).elements?.[Number(key)]?.value;
    if (!next) return node;
    node = next;
  }
  return node;
};

const unreadable = (message: string): JsonText => ({ problems: [finding("error", [], "not_json", message)] });

/** Reads a JSON document strictly: RFC 8259, no name twice, at most 64 levels, storable text. A byte order mark is skipped. */
export const readJson = (content: string): JsonText => {
  const text = content.replace(/^\uFEFF/, "");
  if (Buffer.byteLength(content) > manifestLimits.fileBytesMax) {
    return { problems: [finding("error", [], "too_large", `May have ${manifestLimits.fileBytesMax} bytes`)] };
  }
  if (depthOf(text) > depthMax) return unreadable(`Nests deeper than ${depthMax} levels`);
  let body: ValueNode;
  let value: unknown;
  try {
    value = JSON.parse(text);
    ({ body } = parse(text, { mode: "json" }));
  } catch (error) {
    return unreadable(`Not JSON: ${(error as Error).message}`);
  }
  const walk: Walk = { problems: [], losses: [] };
  check(body, [], walk);
  if (walk.problems.length > 0) return { problems: walk.problems };
  return { value, losses: walk.losses, placeOf: (path) => place(nodeAt(body, path)) };
};
