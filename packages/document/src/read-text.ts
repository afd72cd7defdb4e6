import type { Finding } from "@nofx/contract-kit";
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { capped, finding, type Path } from "./finding.ts";
import { type Locator, locatorOf, positionsIn } from "./locate.ts";

/** What services accept; deeper texts would also exhaust the parser's stack. */
const depthMax = 64;

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
const lenient = { disallowComments: false, allowTrailingComma: true };

/** What the parser calls a fault, for people. */
const faults: Readonly<Record<string, string>> = {
  InvalidSymbol: "Not JSON: this word or sign means nothing here",
  InvalidNumberFormat: "Not a number as JSON writes them",
  PropertyNameExpected: "A property's name in double quotes is missing here",
  ValueExpected: "A value is missing here",
  ColonExpected: "A colon is missing here",
  CommaExpected: "A comma is missing here",
  CloseBraceExpected: "A closing brace is missing here",
  CloseBracketExpected: "A closing bracket is missing here",
  EndOfFileExpected: "The text should end here",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfComment: "The comment does not end",
  UnexpectedEndOfString: "The string does not end in this line",
  UnexpectedEndOfNumber: "The number is not complete",
  InvalidUnicode: "Not a \\u escape as JSON writes them",
  InvalidEscapeCharacter: "Not an escape that JSON knows",
  InvalidCharacter: "A control character; write it as an escape",
};

/** Where the text first nests too deeply. */
const tooDeepAt = (text: string): number | undefined => {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= text.length) return undefined;
    const sign = text.charAt(offset);
    if (sign === "{" || sign === "[") depth += 1;
    if (sign === "}" || sign === "]") depth -= 1;
    if (depth > depthMax) return offset;
  }
};

const syntaxFinding = (message: string, position: { line: number; column: number }): Finding => ({
  ...finding("error", [], "json_invalid", message),
  ...position,
});

/** One fault shows in several errors at the same place; the last one says best what is missing. */
const syntaxFindings = (errors: readonly ParseError[], positionOf: ReturnType<typeof positionsIn>): Finding[] => {
  const byOffset = new Map(errors.map((error) => [error.offset, error]));
  return [...byOffset.values()].map(({ error, offset }) =>
    syntaxFinding(faults[printParseErrorCode(error)] ?? "Not JSON", positionOf(offset)),
  );
};

type Entry = readonly [key: Node, value: Node];

const entriesOf = (node: Node): Entry[] =>
  (node.children ?? []).flatMap(({ children: [key, value] = [] }) => (key && value ? [[key, value] as const] : []));

const duplicateKeys = (node: Node, path: Path, positionOf: ReturnType<typeof positionsIn>): Finding[] => {
  if (node.type === "array") {
    return (node.children ?? []).flatMap((member, index) => duplicateKeys(member, [...path, index], positionOf));
  }
  if (node.type !== "object") return [];
  const seen = new Set<string>();
  return entriesOf(node).flatMap(([key, value]) => {
    const place = [...path, String(key.value)];
    const inner = duplicateKeys(value, place, positionOf);
    if (!seen.has(String(key.value))) {
      seen.add(String(key.value));
      return inner;
    }
    const told = finding("warning", place, "duplicate_key", "The key is there twice; only the last one counts");
    return [{ ...told, ...positionOf(key.offset) }, ...inner];
  });
};

/** The value of a parsed text, `__proto__` being a key like any other. */
const jsonValue = (node: Node): unknown => {
  if (node.type === "array") return (node.children ?? []).map(jsonValue);
  if (node.type !== "object") return node.value;
  return Object.fromEntries(entriesOf(node).map(([key, value]) => [key.value, jsonValue(value)]));
};

/** A JSON text as it was read. */
export interface JsonText {
  /** Undefined if nobody can tell what is meant. */
  readonly content: { readonly value: unknown } | undefined;
  /** `json_invalid`, each with line and column; those of a text that has content leave no doubt about the rest. */
  readonly errors: readonly Finding[];
  /** Keys that are there twice, with line and column. */
  readonly warnings: readonly Finding[];
  readonly locate: Locator;
}

/**
 * Reads a JSON text: everything that is wrong with it at once, each fault with its place. Comments and trailing commas
 * are errors that leave no doubt about the rest, so the content is read all the same.
 */
export const readText = (text: string): JsonText => {
  // Editors do not count a byte order mark.
  const json = text.replace(/^\ufeff/, "");
  const positionOf = positionsIn(json);
  const unreadable = { content: undefined, warnings: [], locate: () => undefined };
  const deep = tooDeepAt(json);
  if (deep !== undefined) {
    return { ...unreadable, errors: [syntaxFinding(`Nests deeper than ${depthMax} levels`, positionOf(deep))] };
  }
  const errors: ParseError[] = [];
  const forgiven: ParseError[] = [];
  parseTree(json, errors, strict);
  const tree = parseTree(json, forgiven, lenient);
  const syntax = capped(syntaxFindings(errors, positionOf));
  if (!tree || forgiven.length > 0) return { ...unreadable, errors: syntax };
  const warnings = duplicateKeys(tree, [], positionOf);
  return { content: { value: jsonValue(tree) }, errors: syntax, warnings, locate: locatorOf(tree, positionOf) };
};
