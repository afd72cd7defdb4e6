import secureJson from "secure-json-parse";
import { coreProblem } from "./http-problem.ts";

/** Deeper bodies are refused: 10 KB of `[` parse, and then break whatever walks them. */
const jsonDepthMax = 64;

const refuse = (detail: string) => coreProblem("body_malformed", { detail });

/** PostgreSQL stores neither NUL nor half of a surrogate pair, and RFC 8785 has no canonical form for the latter. */
const checkText = (text: string): void => {
  if (!text.isWellFormed()) throw refuse("A string holds half of a surrogate pair, which is not Unicode text.");
  if (text.includes("\u0000")) throw refuse("A string holds the character U+0000, which cannot be stored.");
};

const check = (value: unknown, depth: number): void => {
  if (typeof value === "string") checkText(value);
  if (value === null || typeof value !== "object") return;
  if (depth > jsonDepthMax) throw refuse(`The body nests deeper than ${jsonDepthMax} levels.`);
  if (Array.isArray(value)) {
    for (const member of value) check(member, depth + 1);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    checkText(name);
    check(member, depth + 1);
  }
};

/** Parses a JSON body: well-formed, no prototype tricks, at most 64 levels, storable text. */
export const parseJsonBody = (text: string): unknown => {
  if (text.trim() === "") throw refuse("The body is empty; send JSON.");
  let value: unknown;
  try {
    value = secureJson.parse(text);
  } catch (error) {
    throw refuse(`Not JSON: ${(error as Error).message}`);
  }
  check(value, 1);
  return value;
};
