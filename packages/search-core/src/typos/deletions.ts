/** Typos are looked for in the beginnings of words, so that a word has a bounded number of keys. */
const lettersMax = 7;

/** How many edits a typed word may be away from the one that was meant. */
export const editsAllowed = (word: string): number => (word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0);

const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
};

const withoutOne = (text: string): string[] => [...text].map((_, at) => text.slice(0, at) + text.slice(at + 1));

const deletions = (word: string, edits: number): number[] => {
  const kept = new Set([word.slice(0, lettersMax)]);
  let last = [...kept];
  for (let edit = 0; edit < edits; edit += 1) {
    last = last.flatMap(withoutOne);
    for (const text of last) kept.add(text);
  }
  return [...new Set([...kept].map(hashOf))].sort((a, b) => a - b);
};

/**
 * Keys of a word of the dictionary: what is left of its beginning when letters are taken out. Two words within so many
 * edits of each other have a key in common (Garbe's symmetric deletion).
 */
export const deletionKeys = (word: string): number[] =>
  deletions(word, word.length >= 6 ? 2 : word.length >= 3 ? 1 : 0);

/** Keys to look for where a word was typed. */
export const typoKeys = (word: string): number[] =>
  editsAllowed(word) === 0 ? [] : deletions(word, editsAllowed(word));
