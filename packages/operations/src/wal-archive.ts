import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatSegment, parseLsn, parseSegment, type Segment, segmentAt, segmentBefore } from "./lsn.ts";
import type { Manifest } from "./manifest.ts";
import { type Branch, historyOf, parseHistory, reachOf, type Way, wayFrom } from "./timelines.ts";
import { judgeSegment, readSegmentHead, type SegmentHead } from "./wal-segment.ts";

/** The files of an archive of write-ahead log. */
export interface WalArchive {
  readonly directory: string;
  readonly names: ReadonlySet<string>;
  readonly histories: ReadonlyMap<number, readonly Branch[]>;
}

/** Looks through an archive. */
export const openArchive = async (directory: string): Promise<WalArchive> => {
  const names = new Set(await readdir(directory));
  const histories = new Map<number, readonly Branch[]>();
  for (const name of names) {
    const timeline = historyOf(name);
    if (timeline !== undefined) histories.set(timeline, parseHistory(await readFile(join(directory, name), "utf8")));
  }
  return { directory, names, histories };
};

/** How far recovery from a backup can come with what is in the archive. */
export interface WalReport {
  /** Everything that is wrong, as sentences. */
  readonly problems: readonly string[];
  readonly way: Way;
  /** Name of the last segment that can be replayed, and when it was archived. */
  readonly last?: { readonly name: string; readonly archivedAt: Date };
  /** How many segments that is. */
  readonly segments: number;
}

const missing = (name: string, isNeeded: boolean): string =>
  isNeeded
    ? `Segment ${name} is missing from the archive: without it, the backup is of no use`
    : `Segment ${name} is missing from the archive, later ones are there: recovery ends before it`;

/** Reads each segment, one at a time. */
const damageOf = async (
  archive: WalArchive,
  segments: readonly Segment[],
  head: SegmentHead,
): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const segment of segments) {
    const name = formatSegment(segment, head.segmentBytes);
    const wrong = judgeSegment(await readFile(join(archive.directory, name)), head, segment.number);
    if (wrong) problems.push(`Segment ${name} ${wrong}`);
  }
  return problems;
};

const later = (one: bigint, other: bigint): bigint => [one, other].sort((a, b) => Number(b - a))[0] ?? one;

const lastOf = async (directory: string, name: string) => ({
  name,
  archivedAt: (await stat(join(directory, name))).mtime,
});

/** Judges whether the archive has what a backup needs, and how far it goes from there without a gap. */
export const verifyArchive = async (
  archive: WalArchive,
  { manifest, startSegment }: { readonly manifest: Manifest; readonly startSegment: string },
  wanted?: number,
): Promise<WalReport> => {
  const endLsn = parseLsn(manifest.endLsn);
  const found = await readSegmentHead(join(archive.directory, startSegment)).catch(() => undefined);
  const origin = { timeline: manifest.timeline, endLsn, wanted };
  if (!found) {
    const wrong = archive.names.has(startSegment) ? `Segment ${startSegment} is cut off` : missing(startSegment, true);
    return { problems: [wrong], way: wayFrom(origin, archive.histories, 1), segments: 0 };
  }
  const head = { ...found, systemIdentifier: manifest.systemIdentifier ?? found.systemIdentifier };
  const { segmentBytes } = head;
  const nameOf = (segment: Segment): string => formatSegment(segment, segmentBytes);
  const way = wayFrom(origin, archive.histories, segmentBytes);
  const first = segmentAt(parseLsn(manifest.startLsn), segmentBytes);
  const needed = segmentBefore(endLsn, segmentBytes);
  const known = [...archive.names].flatMap((name) => parseSegment(name, segmentBytes) ?? []);
  const onTheWay = known.filter(({ timeline, number }) => timeline === way.timelineOf(number));
  const end = onTheWay.map(({ number }) => number).reduce(later, needed);
  const reach = reachOf(way, first, (segment) => archive.names.has(nameOf(segment)), end);
  const segments: Segment[] = [];
  for (let number = first; reach.last && number <= reach.last.number; number += 1n) {
    segments.push({ timeline: way.timelineOf(number), number });
  }
  const gap = reach.missing && missing(nameOf(reach.missing), reach.missing.number <= needed);
  return {
    problems: [...(await damageOf(archive, segments, head)), ...(gap === undefined ? [] : [gap])],
    way,
    ...(reach.last && { last: await lastOf(archive.directory, nameOf(reach.last)) }),
    segments: segments.length,
  };
};
