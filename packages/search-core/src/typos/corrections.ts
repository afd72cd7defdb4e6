import { editsAllowed } from "./deletions.ts";
import { editDistance } from "./distance.ts";

/** A word of the dictionary, and how many documents the viewer sees have it. */
export interface KnownWord {
  readonly word: string;
  readonly frequency: number;
}

/** A correction must be this much more frequent than a word that is there. */
const muchMoreFrequent = 50;
const correctionsMax = 3;

/** Words that may have been meant by one that is not there, or hardly: the nearest first, then the most frequent. */
export const corrections = (typed: string, frequency: number, known: readonly KnownWord[]): KnownWord[] => {
  const edits = editsAllowed(typed);
  const near = known
    .filter((other) => other.word !== typed && other.frequency > frequency * muchMoreFrequent)
    .map((other) => ({ other, distance: editDistance(typed, other.word, edits) + otherStart(typed, other.word) }))
    .filter(({ distance }) => distance < edits + 1)
    .sort(
      (a, b) =>
        a.distance - b.distance || b.other.frequency - a.other.frequency || (a.other.word < b.other.word ? -1 : 1),
    );
  const [best] = near;
  return near
    .filter(({ distance }) => distance < (best?.distance ?? 0) + 1)
    .slice(0, correctionsMax)
    .map(({ other }) => other);
};

/** Hardly anybody mistypes the first letter. */
const otherStart = (typed: string, word: string): number => (typed[0] === word[0] ? 0 : 0.5);
