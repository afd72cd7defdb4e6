/** A place in the write-ahead log, as PostgreSQL writes it: `16/B374D848`. */
export type Lsn = bigint;

/** Reads a place in the log. @throws for anything else. */
export const parseLsn = (text: string): Lsn => {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  if (!match?.[1] || !match[2]) throw new Error(`"${text}" is no place in a write-ahead log`);
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
};

/** Writes a place in the log. */
export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();

/** A segment file of the log: of which timeline, and the how manieth. */
export interface Segment {
  readonly timeline: number;
  readonly number: bigint;
}

const hex = (value: bigint | number): string => value.toString(16).toUpperCase().padStart(8, "0");

/** Reads the name of a segment file; `undefined` for other files of an archive. */
export const parseSegment = (name: string, segmentBytes: number): Segment | undefined => {
  const match = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name);
  if (!match) return undefined;
  const [timeline, log, part] = match.slice(1).map((digits) => BigInt(`0x${digits}`)) as [bigint, bigint, bigint];
  const perLog = 0x1_0000_0000n / BigInt(segmentBytes);
  return part < perLog ? { timeline: Number(timeline), number: log * perLog + part } : undefined;
};

/** The name of a segment file. */
export const formatSegment = ({ timeline, number }: Segment, segmentBytes: number): string => {
  const perLog = 0x1_0000_0000n / BigInt(segmentBytes);
  return `${hex(timeline)}${hex(number / perLog)}${hex(number % perLog)}`;
};

/** The number of the segment that a place is in. */
export const segmentAt = (lsn: Lsn, segmentBytes: number): bigint => lsn / BigInt(segmentBytes);

/**
 * The number of the segment that holds the last byte before a place: a place at the beginning of a segment needs nothing
 * of it.
 */
export const segmentBefore = (lsn: Lsn, segmentBytes: number): bigint => (lsn - 1n) / BigInt(segmentBytes);
