import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { searchIds } from "./search-id.ts";

const ids = searchIds("a service's token");
const givenSearch = fc.record({
  at: fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }),
  total: fc.integer({ min: 0, max: 4_095 }),
});

describe("the id of a search", () => {
  it("is a UUID of version 7 that says when the search was and how many hits there were", () => {
    fc.assert(
      fc.property(givenSearch, (search) => {
        const id = ids.give(search);
        expect(z.uuidv7().safeParse(id).success).toBe(true);
        expect(ids.read(id)).toEqual(search);
        expect(ids.read(id.toUpperCase())).toEqual(search);
      }),
    );
  });

  it("is another one for each search, and in the order of time", () => {
    const at = new Date();
    expect(new Set(Array.from({ length: 1_000 }, () => ids.give({ at, total: 7 }))).size).toBe(1_000);
    const later = new Date(at.getTime() + 1);
    expect(ids.give({ at: later, total: 0 }) > ids.give({ at, total: 4_095 })).toBe(true);
  });

  it("counts as many hits as there is room for", () => {
    expect(ids.read(ids.give({ at: new Date(), total: 1_000_000 }))?.total).toBe(4_095);
  });

  it("is not known with any bit changed, nor to whom the secret is unknown", () => {
    fc.assert(
      fc.property(givenSearch, fc.integer({ min: 0, max: 127 }), (search, bit) => {
        const id = ids.give(search);
        const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
        const byte = bit >> 3;
        bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (bit & 7));
        expect(ids.read(bytes.toString("hex"))).toBeUndefined();
        expect(searchIds("another token").read(id)).toBeUndefined();
        expect(searchIds("a service's token").read(id)).toEqual(search);
      }),
    );
  });

  it("is none where it is no UUID", () => {
    for (const text of ["", "x", "0192f0c1", "0192f0c1-2345-7abc-8def-0123456789ab0"])
      expect(ids.read(text)).toBeUndefined();
  });
});
