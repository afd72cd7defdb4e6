import { describe, expect, it } from "vitest";
import { formatSegment, type Segment } from "./lsn.ts";
import { historyOf, parseHistory, reachOf, wayFrom } from "./timelines.ts";

const size = 16;
const origin = { timeline: 1, endLsn: 40n };
const branch = (timeline: number, at: bigint) => ({ timeline, at });

describe("timelines", () => {
  it("reads where a timeline came from", () => {
    const text = "1\t0/3000158\tno recovery target specified\n\n# a comment\n2\t1/4000000\tbefore 2026\n";
    expect(parseHistory(text)).toEqual([branch(1, 0x3000158n), branch(2, 0x104000000n)]);
    expect([historyOf("0000000A.history"), historyOf("000000010000000000000001")]).toEqual([10, undefined]);
  });

  it("go to the newest that came out of the backup's own", () => {
    const histories = new Map([
      [2, [branch(1, 70n)]],
      [3, [branch(1, 70n), branch(2, 100n)]],
    ]);
    const way = wayFrom(origin, histories, size);
    expect(way.newest).toBe(3);
    expect([2n, 3n, 4n, 5n, 6n, 9n].map(way.timelineOf)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it("leave out what branched off before the backup was consistent", () => {
    const histories = new Map([[2, [branch(1, 39n)]]]);
    expect(wayFrom(origin, histories, size).newest).toBe(1);
    expect(() => wayFrom({ ...origin, wanted: 2 }, histories, size)).toThrow("Timeline 2 did not come out");
  });

  it("go where they are told to", () => {
    const histories = new Map([[2, [branch(1, 70n)]]]);
    expect(wayFrom({ ...origin, wanted: 1 }, histories, size).timelineOf(9n)).toBe(1);
  });
});

describe("what can be replayed", () => {
  const way = wayFrom(origin, new Map([[2, [branch(1, 70n)]]]), size);
  const has =
    (...names: string[]) =>
    (segment: Segment) =>
      names.includes(`${segment.timeline}.${segment.number}`);

  it("goes on across timelines", () => {
    const reach = reachOf(way, 2n, has("1.2", "1.3", "2.4", "2.5"), 5n);
    expect(reach).toEqual({ last: { timeline: 2, number: 5n }, missing: undefined });
  });

  it("ends before a gap, and names it", () => {
    const reach = reachOf(way, 2n, has("1.2", "2.4"), 5n);
    expect(reach).toEqual({ last: { timeline: 1, number: 2n }, missing: { timeline: 1, number: 3n } });
    expect(formatSegment({ timeline: 1, number: 3n }, 16 * 1024 ** 2)).toBe("000000010000000000000003");
  });

  it("is nothing without the first segment", () => {
    expect(reachOf(way, 2n, has("1.3"), 3n)).toEqual({ last: undefined, missing: { timeline: 1, number: 2n } });
  });
});
