import { isStopWord, type ParsedQuery, synonymsOf, synonymWordsMax, type Term } from "@nofx/search-core";

/** Groups of a query that stand for one thing together, and other ways to say it. */
export interface Unit {
  readonly groups: readonly (readonly Term[])[];
  readonly synonyms: readonly (readonly string[])[];
}

const plainWords = (group: readonly Term[] | undefined): readonly string[] | undefined => {
  const [term, other] = group ?? [];
  return term && !other && !term.isQuoted ? term.words : undefined;
};

/** The longest run of groups from here that has synonyms. */
const runFrom = (groups: ParsedQuery["groups"], start: number): Unit | undefined => {
  let words: readonly string[] = [];
  let longest: Unit | undefined;
  for (let end = start; end < groups.length; end += 1) {
    const next = plainWords(groups[end]);
    if (!next || words.length + next.length > synonymWordsMax) break;
    words = [...words, ...next];
    const synonyms = synonymsOf(words);
    if (synonyms.length > 0) longest = { groups: groups.slice(start, end + 1), synonyms };
  }
  return longest;
};

/** Words that say nothing are left out, if there are others. */
const telling = (groups: ParsedQuery["groups"]): ParsedQuery["groups"] => {
  const others = groups.filter((group) => !plainWords(group)?.every(isStopWord));
  return others.length > 0 ? others : groups;
};

/** The units that a query is made of. */
export const unitsOf = ({ groups }: Pick<ParsedQuery, "groups">): Unit[] => {
  const asked = telling(groups);
  const units: Unit[] = [];
  for (let at = 0; at < asked.length; ) {
    const unit = runFrom(asked, at) ?? { groups: asked.slice(at, at + 1), synonyms: [] };
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
