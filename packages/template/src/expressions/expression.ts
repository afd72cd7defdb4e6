import { LRUCache } from "lru-cache";

/** A filter of an expression, with its argument if it takes one: `join(", ")`. */
export interface Filter {
  readonly name: string;
  /** A JSON value; undefined: none is given. */
  readonly argument: unknown;
}

/** One `{{ … }}` of a text: what it names, and what becomes of that. */
export interface Expression {
  readonly name: string;
  readonly filters: readonly Filter[];
  /** Where it stands in the text: of the first brace, and behind the last. */
  readonly start: number;
  readonly end: number;
}

/*
 * Each part ends where the next one begins, and what has no end of its own is short: so a search takes time linear in the
 * text, whatever the text is.
 */
const literal = String.raw`"(?:[^"\\\n]|\\.){0,500}"|-?\d{1,20}(?:\.\d{1,20})?|true|false|null`;
const filterOf = (group: "(" | "(?:") =>
  String.raw`\|\s{0,20}${group}[a-z]{1,20})\s{0,20}(?:\(\s{0,20}${group}${literal})\s{0,20}\)\s{0,20})?`;
const name = String.raw`[A-Za-z0-9_.-]+(?:\[\d{1,6}\][A-Za-z0-9_.-]*)*`;
const whole = new RegExp(String.raw`\{\{\s*(${name})\s*((?:${filterOf("(?:")})*)\}\}`, "g");
const single = new RegExp(filterOf("("), "g");

const argumentOf = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // An escape that JSON does not know, or a number such as 007.
    return text;
  }
};

const filtersOf = (text: string): Filter[] => {
  const filters: Filter[] = [];
  if (text === "") return filters;
  // A template may have a hundred thousand of them: matchAll() would make an expression for each.
  single.lastIndex = 0;
  for (let match = single.exec(text); match !== null; match = single.exec(text)) {
    filters.push({ name: match[1] ?? "", argument: argumentOf(match[2]) });
  }
  return filters;
};

const parsed = (text: string): readonly Expression[] =>
  [...text.matchAll(whole)].map((match) => ({
    name: match[1] as string,
    filters: filtersOf(match[2] as string),
    start: match.index,
    end: match.index + match[0].length,
  }));

/** A text is gone through many times: by each check of it, and for each plan. */
const known = new LRUCache<string, readonly Expression[]>({
  maxSize: 4 * 1024 * 1024,
  sizeCalculation: (expressions, text) => text.length + 50 * expressions.length + 1,
});

/** Every expression of a text, in order. What looks like one and cannot be read is text. */
export const expressionsIn = (text: string): readonly Expression[] => {
  if (!text.includes("{{")) return [];
  const found = known.get(text) ?? parsed(text);
  known.set(text, found);
  return found;
};

/** The expression that a text is, with nothing but white space around it: then it stands for a value of any type. */
export const soleExpression = (text: string): Expression | undefined => {
  const [only, ...others] = expressionsIn(text);
  if (!only || others.length > 0) return undefined;
  return text.slice(0, only.start).trim() === "" && text.slice(only.end).trim() === "" ? only : undefined;
};

/** What looks like an expression and is none, such as `{{ a b }}`. */
export const unreadableIn = (text: string): string[] => {
  let rest = "";
  let end = 0;
  for (const expression of expressionsIn(text)) {
    rest += `${text.slice(end, expression.start)}\n`;
    end = expression.end;
  }
  return [...(rest + text.slice(end)).matchAll(/\{\{[^{}\n]{0,200}\}\}/g)].map(([found]) => found);
};

/** `person.names[0]` as the keys that it goes along. */
const keysOf = (path: string): (string | number)[] =>
  path
    .split(/[.[]/)
    .filter((key) => key !== "")
    .map((key) => (key.endsWith("]") ? Number(key.slice(0, -1)) : key));

/** No name of a variable is longer. */
const variableCharactersMax = 100;

/** A variable, and the way into its value. */
export interface VariablePath {
  readonly variable: string;
  readonly members: readonly (string | number)[];
}

/**
 * The variable that a name means. Names of variables may have dots themselves: the longest name that is declared counts,
 * and the rest leads into its value. Undefined if none is declared.
 */
export const variableOf = (path: string, isDeclared: (variable: string) => boolean): VariablePath | undefined => {
  if (isDeclared(path)) return { variable: path, members: [] };
  for (let end = Math.min(path.length, variableCharactersMax); end > 0; end -= 1) {
    if (path[end] !== "." && path[end] !== "[") continue;
    const variable = path.slice(0, end);
    if (isDeclared(variable)) return { variable, members: keysOf(path.slice(end)) };
  }
  return undefined;
};
