import type { Style } from "./style.ts";

/** Names and values below each other; what has no value is left out. */
export const fields = (pairs: readonly (readonly [string, string | undefined])[], style: Style): string => {
  const told = pairs.filter(([, value]) => value !== undefined);
  const width = Math.max(...told.map(([name]) => name.length));
  return told.map(([name, value]) => `${style.dim(name.padEnd(width))}  ${value}`).join("\n");
};
