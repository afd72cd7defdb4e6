import { isStopWord, type ParsedQuery, type Sayable, sayableOf, synonymWordsMax, type Term } from "@nofx/search-core";
import type { Corrections } from "./corrections.rules.ts";

/** Groups of a query that stand for one thing together, and, if there are any, other ways to say it. */
export interface Unit {
  readonly groups: readonly (readonly Term[])[];
  readonly sayable: Sayable | undefined;
}

const plainWords = (group: readonly Term[] | undefined): readonly string[] | undefined => {
  const [term, other] = group ?? [];
  return term && !other && !term.isQuoted ? term.words : undefined;
};

/** The longest run of groups from here that has synonyms. */
const runFrom = (groups: ParsedQuery["groups"], start: number, corrections: Corrections): Unit | undefined => {
  let words: readonly string[] = [];
  let longest: Unit | undefined;
  for (let end = start; end < groups.length; end += 1) {
    const next = plainWords(groups[end]);
    if (!next || words.length + next.length > synonymWordsMax) break;
    words = [...words, ...next.map((word) => corrections.get(word)?.[0]?.word ?? word)];
    const sayable = sayableOf(words);
    if (sayable) longest = { groups: groups.slice(start, end + 1), sayable };
  }
  return longest;
};

/** Words that say nothing are left out, if there are others. */
const telling = (groups: ParsedQuery["groups"]): ParsedQuery["groups"] => {
  const others = groups.filter((group) => !plainWords(group)?.every(isStopWord));
  return others.length > 0 ? others : groups;
};

/** The units that a query is made of, its words taken for what they may have been meant for. */
export const unitsOf = ({ groups }: Pick<ParsedQuery, "groups">, corrections: Corrections = new Map()): Unit[] => {
  const asked = telling(groups);
  const units: Unit[] = [];
  for (let at = 0; at < asked.length; ) {
    const unit = runFrom(asked, at, corrections) ?? { groups: asked.slice(at, at + 1), sayable: undefined };
    units.push(unit);
    at += unit.groups.length;
  }
  return units;
};

/** The words of a query as one name, where it could be one. */
export const nameAsked = ({ groups }: Pick<ParsedQuery, "groups">): string[] | undefined => {
  if (groups.length === 0 || groups.some((group) => group.length > 1)) return undefined;
  return groups.flatMap(([term]) => term?.words ?? []);
};
