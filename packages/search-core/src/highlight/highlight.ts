import type { Highlight } from "@nofx/contract-search";
import type { SearchDocument } from "../document.ts";
import { type Match, matcherOf } from "./matches.ts";

/** A longer text is cut to about so many characters around the first match. */
export const snippetCharactersMax = 200;
/** More places than this tell nothing new. */
const highlightsMax = 6;
/** What is shown before the first match of a long text. */
const leadCharacters = 60;

/** Never between the two halves of a character. */
const whole = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
};

/** From where to where a text is shown: from a word's beginning a little before the first match. */
const windowOf = (text: string, first: Match): Match => {
  if (text.length <= snippetCharactersMax) return { start: 0, end: text.length };
  const wanted = Math.max(0, Math.min(first.start - leadCharacters, text.length - snippetCharactersMax));
  const space = text.indexOf(" ", wanted);
  // Past a half character, not before it: with one more in front, the match might not fit in.
  const start = wanted === 0 ? 0 : space >= 0 && space < first.start ? space + 1 : 2 * wanted - whole(text, wanted);
  return { start, end: whole(text, Math.min(text.length, start + snippetCharactersMax)) };
};

const partsOf = (text: string, matches: readonly Match[]): Highlight["parts"] => {
  const [first] = matches;
  if (!first) return [];
  const { start, end } = windowOf(text, first);
  const parts: Highlight["parts"] = start > 0 ? [{ text: "… ", match: false }] : [];
  const add = (part: string, match: boolean) => {
    if (part !== "") parts.push({ text: part, match });
  };
  let at = start;
  for (const match of matches.filter((found) => found.start >= start && found.end <= end)) {
    add(text.slice(at, match.start), false);
    add(text.slice(match.start, match.end), true);
    at = match.end;
  }
  add(text.slice(at, end), false);
  if (end < text.length) parts.push({ text: " …", match: false });
  return parts;
};

const fieldsOf = (document: SearchDocument): [Highlight["field"], readonly string[]][] => [
  ["name", [document.name]],
  ["id", [document.id]],
  ["alias", document.aliases],
  ["tag", document.tags],
  ["capability", document.capabilities],
  ["description", document.description === undefined ? [] : [document.description]],
  ["agent", document.agents],
  ["category", document.category === undefined ? [] : [document.category]],
  ["body", [document.body]],
];

/** What shows where words with these stems stand in a document, names first. Plain text in pieces. */
export const highlighter = (stems: ReadonlySet<string>): ((document: SearchDocument) => Highlight[]) => {
  const matchesOf = matcherOf(stems);
  return (document) => {
    const found: Highlight[] = [];
    if (stems.size === 0) return found;
    for (const [field, texts] of fieldsOf(document)) {
      for (const text of texts) {
        if (found.length >= highlightsMax) return found;
        const parts = partsOf(text, matchesOf(text));
        if (parts.length > 0) found.push({ field, parts });
      }
    }
    return found;
  };
};
