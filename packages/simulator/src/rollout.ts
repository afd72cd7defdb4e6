import type { Random } from "./random.ts";

/** When a version is rolled out: slowly, then fast, then slowly, and perhaps back at once. */
export interface Release {
  readonly startsAt: number;
  readonly lastsMs: number;
  readonly rolledBackAt?: number;
}

const dayMs = 24 * 3_600_000;
const rolloutMaxMs = 4 * dayMs;
/** Of the time until the next version, how long a roll-out may take. */
const rolloutShare = 0.6;

/** Gives each version its part of a time; the first was there before. */
export const releasesOf = (count: number, bad: number | undefined, from: number, to: number): Release[] => {
  const partMs = (to - from) / count;
  const lastsMs = Math.max(1, Math.min(rolloutMaxMs, partMs * rolloutShare));
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return { startsAt: Number.NEGATIVE_INFINITY, lastsMs };
    const startsAt = from + index * partMs;
    return { startsAt, lastsMs, ...(index === bad && { rolledBackAt: startsAt + lastsMs }) };
  });
};

/** Of those who could, how many have gone over to a version, from 0 to 1: an S-curve. */
export const adoptionAt = ({ startsAt, lastsMs, rolledBackAt }: Release, at: number): number => {
  if (rolledBackAt !== undefined && at >= rolledBackAt) return 0;
  const done = Math.max(0, Math.min(1, (at - startsAt) / lastsMs));
  return done * done * (3 - 2 * done);
};

/** The place of the version that somebody runs at a moment: the newest that they have gone over to. */
export const versionAt = (releases: readonly Release[], at: number, random: Random): number => {
  for (const [index, release] of [...releases.entries()].reverse()) {
    if (random() < adoptionAt(release, at)) return index;
  }
  return 0;
};
