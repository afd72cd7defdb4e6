import { corrections, editsAllowed, type KnownWord, stemOf, tierMax, typoKeys, type Viewer } from "@nofx/search-core";
import { sql } from "kysely";
import { withStems } from "../corrections.rules.ts";
import type { Lookup } from "../lookup.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import { tierLexeme } from "./lexemes.rules.ts";
import type { Reader } from "./reader.ts";

/** Words that a beginning stands for. */
const beginningsMax = 24;
const similarMax = 300;
/** A word in more documents than this is not taken for a typo. */
const rareMax = 3;

const tiers = Array.from({ length: tierMax + 1 }, (_, tier) => tierLexeme(tier));

interface DictionaryRow {
  readonly applied: number;
  readonly words: Record<string, number> | null;
  readonly lexemes: Record<string, number> | null;
  readonly beginnings: Record<string, KnownWord[]> | null;
}

type Known = Pick<Dictionary, "words" | "lexemes" | "beginnings" | "applied">;

const asMap = <T>(object: Record<string, T> | null | undefined): Map<string, T> =>
  new Map(Object.entries(object ?? {}));

const lookUp = async (db: Reader, generation: number, viewer: Viewer, lookup: Lookup): Promise<Known> => {
  const { rows } = await sql<{ found: DictionaryRow }>`
    SELECT index_dictionary(${generation}, ${viewer.tenantId}, ${viewer.seesAll}, ${lookup.words}, ${lookup.beginnings},
                            ${[...lookup.lexemes, ...tiers]}, ${beginningsMax}) AS found`.execute(db);
  const found = rows[0]?.found;
  if (!found) throw new Error("index_dictionary answered nothing");
  return {
    applied: found.applied,
    words: asMap(found.words),
    lexemes: asMap(found.lexemes),
    beginnings: asMap(found.beginnings),
  };
};

/** Words of the viewer's dictionary that are spelt nearly like this one. */
export const findSimilar = async (
  db: Reader,
  generation: number,
  { tenantId, seesAll }: Viewer,
  word: string,
): Promise<KnownWord[]> => {
  const edits = editsAllowed(word);
  if (edits === 0) return [];
  const { rows } = await sql<{ found: KnownWord[] }>`
    SELECT index_similar(${generation}, ${tenantId}, ${seesAll}, ${typoKeys(word)}, ${word.length - edits},
                         ${word.length + edits}, ${similarMax}) AS found`.execute(db);
  return rows[0]?.found ?? [];
};

/** Typed words that no document has that the viewer sees, or hardly one, in whatever form. */
const misspelt = (doubtful: readonly string[], { lexemes, beginnings }: Known): string[] =>
  doubtful.filter((word) => (lexemes.get(stemOf(word)) ?? 0) <= rareMax && !beginnings.has(word));

const correctionsOf = async (
  db: Reader,
  generation: number,
  viewer: Viewer,
  wrong: readonly string[],
  { words }: Known,
): Promise<Map<string, KnownWord[]>> => {
  const found = await Promise.all(
    wrong.map(async (word): Promise<[string, KnownWord[]]> => {
      const similar = await findSimilar(db, generation, viewer, word);
      return [word, corrections(word, words.get(word) ?? 0, similar)];
    }),
  );
  return new Map(found.filter(([, better]) => better.length > 0));
};

/** Asks the dictionary for everything that a query needs: once, and once more where words may be misspelt. */
export const readDictionary = async (
  db: Reader,
  generation: number,
  viewer: Viewer,
  lookup: Lookup,
): Promise<Dictionary> => {
  const known = await lookUp(db, generation, viewer, lookup);
  const better = await correctionsOf(db, generation, viewer, misspelt(lookup.doubtful, known), known);
  const documents = known.lexemes.get(tierLexeme(0)) ?? 0;
  const share = (tier: string): number => (known.lexemes.get(tier) ?? 0) / Math.max(1, documents);
  return {
    ...known,
    lexemes: withStems(known.lexemes, [...known.beginnings.values(), ...better.values()].flat()),
    corrections: better,
    documents,
    shares: tiers.map(share),
  };
};
