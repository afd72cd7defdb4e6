import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLsn, formatSegment, parseLsn, parseSegment, segmentAt, segmentBefore } from "./lsn.ts";

const sizes = fc.integer({ min: 20, max: 30 }).map((bits) => 2 ** bits);

describe("places in the log", () => {
  it("are written as PostgreSQL writes them", () => {
    expect(formatLsn(parseLsn("16/b374d848"))).toBe("16/B374D848");
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (lsn) => parseLsn(formatLsn(lsn)) === lsn));
  });

  it.each(["", "1", "0/", "0/1x", "123456789/0"])("refuses %j", (text) => {
    expect(() => parseLsn(text)).toThrow("no place");
  });

  it("lie in segments that are named as PostgreSQL names them", () => {
    const number = segmentAt(parseLsn("1/FF000000"), 16 * 1024 ** 2);
    expect(formatSegment({ timeline: 3, number }, 16 * 1024 ** 2)).toBe("0000000300000001000000FF");
  });

  it("gives back the segment of a name, whatever the size of segments", () => {
    const segments = fc.record({
      timeline: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      number: fc.bigInt(0n, 2n ** 32n),
    });
    fc.assert(
      fc.property(segments, sizes, (segment, size) => {
        expect(parseSegment(formatSegment(segment, size), size)).toEqual(segment);
      }),
    );
  });

  it.each(["00000002.history", "000000010000000000000002.partial", "0000000100000000000001FF"])(
    "takes %s for no segment of 16 MB",
    (name) => {
      expect(parseSegment(name, 16 * 1024 ** 2)).toBeUndefined();
    },
  );

  it("needs nothing of a segment that begins where the log ends", () => {
    expect([segmentBefore(32n, 16), segmentBefore(33n, 16)]).toEqual([1n, 2n]);
  });
});
