import { isStable, precedenceKey } from "@nofx/versioning";

const below = (version: string, versions: readonly string[]): string | undefined =>
  versions
    .filter((one) => precedenceKey(one) < precedenceKey(version))
    .sort((a, b) => (precedenceKey(a) < precedenceKey(b) ? 1 : -1))[0];

/**
 * The published version that one which lies here is held against, as publishing would: itself, else the highest release
 * below it, else the highest pre-release below it; where it is below all, the lowest of them.
 */
export const comparedWith = (version: string, published: readonly string[]): string | undefined => {
  if (published.includes(version)) return version;
  return below(version, published.filter(isStable)) ?? below(version, published) ?? published.at(-1);
};
