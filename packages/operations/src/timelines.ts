import { type Lsn, parseLsn, type Segment, segmentAt } from "./lsn.ts";

/** Where a timeline left another one: everything before `at` is of `timeline`. */
export interface Branch {
  readonly timeline: number;
  readonly at: Lsn;
}

/** Reads a timeline's history file: where it came from, the oldest first. */
export const parseHistory = (text: string): Branch[] =>
  text
    .split("\n")
    .filter((line) => /^\s*\d/.test(line))
    .map((line) => {
      const [timeline = "", at = ""] = line.trim().split(/\s+/);
      return { timeline: Number(timeline), at: parseLsn(at) };
    });

/** Reads the name of a history file; `undefined` for others. */
export const historyOf = (name: string): number | undefined => {
  const digits = /^([0-9A-F]{8})\.history$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
};

/**
 * The way from a backup to the newest timeline that came out of its own: which timeline a segment belongs to. What another
 * server made of the same backup, later, leads nowhere.
 */
export interface Way {
  readonly newest: number;
  timelineOf(number: bigint): number;
}

/** A backup's place among timelines, and the timeline that was asked for; by default the newest that came out of it. */
export interface Origin {
  readonly timeline: number;
  readonly endLsn: Lsn;
  readonly wanted?: number | undefined;
}

/** Finds the way along timelines. @throws if the wanted timeline did not come out of the backup's. */
export const wayFrom = (
  { timeline, endLsn, wanted }: Origin,
  histories: ReadonlyMap<number, readonly Branch[]>,
  segmentBytes: number,
): Way => {
  const cameOutOfIt = (other: number): boolean =>
    other === timeline ||
    (histories.get(other)?.some((branch) => branch.timeline === timeline && branch.at >= endLsn) ?? false);
  const newest = wanted ?? Math.max(...[timeline, ...histories.keys()].filter(cameOutOfIt));
  if (!cameOutOfIt(newest)) throw new Error(`Timeline ${newest} did not come out of the backup's, ${timeline}`);
  const branches = newest === timeline ? [] : (histories.get(newest) ?? []);
  return {
    newest,
    // The segment in which a timeline ends is copied to the next one.
    timelineOf: (number) => branches.find(({ at }) => number < segmentAt(at, segmentBytes))?.timeline ?? newest,
  };
};

/** What an archive has from a segment on: how far it goes without a gap, and what is behind the gap. */
export interface Reach {
  /** The last segment before a gap or the end; `undefined`: not even the first. */
  readonly last: Segment | undefined;
  /** The segment that is not there although later ones are. */
  readonly missing: Segment | undefined;
}

/** Follows a way through an archive. */
export const reachOf = (way: Way, from: bigint, has: (segment: Segment) => boolean, end: bigint): Reach => {
  let last: Segment | undefined;
  for (let number = from; number <= end; number += 1n) {
    const segment = { timeline: way.timelineOf(number), number };
    if (!has(segment)) return { last, missing: segment };
    last = segment;
  }
  return { last, missing: undefined };
};
