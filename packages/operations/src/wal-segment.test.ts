import { describe, expect, it } from "vitest";
import { judgeSegment } from "./wal-segment.ts";

const head = { systemIdentifier: "77", segmentBytes: 64 * 1024, pageBytes: 8 * 1024 };
const number = 5n;

const segment = (pages = 8): Buffer => {
  const bytes = Buffer.alloc(head.segmentBytes);
  bytes.writeBigUInt64LE(77n, 24);
  bytes.writeUInt32LE(head.segmentBytes, 32);
  bytes.writeUInt32LE(head.pageBytes, 36);
  for (let page = 0; page < pages; page += 1) {
    const offset = page * head.pageBytes;
    bytes.writeBigUInt64LE(number * BigInt(head.segmentBytes) + BigInt(offset), offset + 8);
    bytes.fill(1, offset + 64, offset + 128);
  }
  return bytes;
};

describe("a segment of the log", () => {
  it("is good if each page is in its place, or the rest was left empty by a switch", () => {
    expect(judgeSegment(segment(), head, number)).toBeUndefined();
    expect(judgeSegment(segment(3), head, number)).toBeUndefined();
  });

  it("is told from one that was copied in part, is another server's, or is in the wrong place", () => {
    expect(judgeSegment(segment().subarray(0, 1000), head, number)).toContain("has 1000 bytes instead of 65536");
    expect(judgeSegment(segment(), { ...head, systemIdentifier: "78" }, number)).toContain("another server");
    expect(judgeSegment(segment(), head, 6n)).toContain("damaged at byte 0");
  });

  it("is told from one with a hole or a foreign page in it", () => {
    const hole = segment();
    hole.fill(0, 3 * head.pageBytes, 4 * head.pageBytes);
    expect(judgeSegment(hole, head, number)).toContain("damaged behind byte 24576");
    const foreign = segment();
    foreign.fill(9, 3 * head.pageBytes, 4 * head.pageBytes);
    expect(judgeSegment(foreign, head, number)).toContain("damaged at byte 24576");
  });
});
