import { isStable } from "@nofx/versioning";
import type { Clash, ClashCode, Want } from "./conflict.ts";
import { readRange } from "./dependency-range.ts";
import { keyOf, type Resource } from "./resource.ts";

const shownMax = 5;

const listed = (texts: readonly string[]): string => {
  const shown = texts.slice(0, shownMax).join(", ");
  return texts.length > shownMax ? `${shown} and ${texts.length - shownMax} more` : shown;
};

/** Names versions of a resource: `template acme/a 1.1.0, 1.0.0`. */
export const namedVersions = (resource: Resource, versions: readonly string[]): string =>
  `${keyOf(resource)} ${listed(versions)}`;

const there = (available: readonly string[]): string =>
  `there ${available.length === 1 ? "is" : "are"} ${listed(available)}`;

const sentence = ({ by, range, resource }: Want): string => `${by} wants ${keyOf(resource)} ${range}`;

/** Pre-releases that a range would include if it named one of them. */
const hint = (wanted: readonly Want[], available: readonly string[]): string => {
  const ranges = wanted.map(({ range }) => readRange(range));
  const near = available.find(
    (version) => !isStable(version) && ranges.every((range) => range?.includesPrerelease(version)),
  );
  return near === undefined ? "" : `. Pre-releases fit only a range that names one, such as ${near}`;
};

const ends: Record<ClashCode, (resource: string, wanted: readonly Want[], available: readonly string[]) => string> = {
  absent: (resource) => `${resource} does not exist, or may not be used from here`,
  no_versions: (resource) => `${resource} has no version that can be chosen`,
  range_invalid: (_resource, wanted) => {
    const unreadable = wanted.filter(({ range }) => !readRange(range)).map(({ range }) => JSON.stringify(range));
    return `${listed(unreadable)} is no range of versions`;
  },
  unfit: (resource, wanted, available) => {
    const fits = wanted.length === 1 ? "fits" : wanted.length === 2 ? "fits both" : "fits all of them";
    return `no version of ${resource} ${fits}; ${there(available)}${hint(wanted, available)}`;
  },
  cycle: () => "",
};

/** Says why a resource cannot be had: who wants what of it, and what there is. */
export const clashMessage = (
  code: ClashCode,
  resource: Resource,
  wanted: readonly Want[],
  available: readonly string[],
): string => `${listed(wanted.map(sentence))}: ${ends[code](keyOf(resource), wanted, available)}`;

/** The whole conflict in words: each clash, and what keeps it from being avoided. */
export const whole = (clashes: readonly Clash[], because: readonly Want[]): string => {
  const told = clashes.slice(0, shownMax).map(({ message }) => message);
  const more = clashes.length > shownMax ? [`And ${clashes.length - shownMax} more conflicts like these`] : [];
  const reasons = because.length > 0 ? [`No other choice is left: ${listed(because.map(sentence))}`] : [];
  return [...told, ...more, ...reasons].join(". ");
};
