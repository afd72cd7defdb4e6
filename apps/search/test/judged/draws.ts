/** A number from 0 to 1 that a text has for itself, the same on every machine (FNV-1a, mixed). */
export const drawn = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** Some of the items, as the text's draws fall. */
export const drawnOf = <T>(items: readonly T[], count: number, text: string): T[] =>
  items
    .map((item, index) => ({ item, order: drawn(`${text} ${index}`) }))
    .sort((one, other) => one.order - other.order)
    .slice(0, count)
    .map(({ item }) => item);
