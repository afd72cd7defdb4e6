import { open } from "node:fs/promises";

/** What the first page of a segment file says of its log. */
export interface SegmentHead {
  readonly systemIdentifier: string;
  readonly segmentBytes: number;
  readonly pageBytes: number;
}

/** Layout of `XLogLongPageHeaderData`, the same in PostgreSQL 9.3 to 18. */
const headBytes = 40;

const headOf = (bytes: Buffer): SegmentHead => ({
  systemIdentifier: String(bytes.readBigUInt64LE(24)),
  segmentBytes: bytes.readUInt32LE(32),
  pageBytes: bytes.readUInt32LE(36),
});

/** Reads the head of a segment file; `undefined` if it is too short to have one. */
export const readSegmentHead = async (file: string): Promise<SegmentHead | undefined> => {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return bytesRead < headBytes ? undefined : headOf(buffer);
  } finally {
    await handle.close();
  }
};

/**
 * What is wrong with a segment file; `undefined`: nothing that its pages tell. Each page names its own place in the log;
 * behind a switch to the next segment, pages are zeros to the end.
 */
export const judgeSegment = (bytes: Buffer, expected: SegmentHead, number: bigint): string | undefined => {
  if (bytes.length !== expected.segmentBytes) {
    return `has ${bytes.length} bytes instead of ${expected.segmentBytes}: it was not copied as a whole`;
  }
  const { systemIdentifier, pageBytes } = headOf(bytes);
  if (systemIdentifier !== expected.systemIdentifier) return "is of another server";
  const begin = number * BigInt(expected.segmentBytes);
  for (let offset = 0; offset < bytes.length; offset += pageBytes) {
    if (bytes.readBigUInt64LE(offset + 8) === begin + BigInt(offset)) continue;
    const isZero = offset > 0 && bytes.indexOf(zeros(pageBytes), offset) === offset;
    if (!isZero) return `is damaged at byte ${offset}`;
    return bytes.subarray(offset).every((byte) => byte === 0) ? undefined : `is damaged behind byte ${offset}`;
  }
  return undefined;
};

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
