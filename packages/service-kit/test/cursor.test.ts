import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cursorCodec, HttpProblem, toPage } from "../src/index.ts";

const codec = cursorCodec("things red", z.tuple([z.string(), z.int()]));
const refused = expect.objectContaining({ status: 400, code: "cursor_invalid" });

describe("a cursor", () => {
  it("comes back as the key that it was made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.maxSafeInteger(), (name, number) => {
        expect(codec.decode(codec.encode([name, number]))).toEqual([name, number]);
      }),
    );
  });

  it("is safe in an address as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(codec.encode([name, 1])).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it("may be absent: the list starts at its beginning", () => {
    expect(codec.decode(undefined)).toBeUndefined();
  });

  it("400 cursor_invalid: anything else, and never another error", () => {
    const almost = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), almost), (text) => {
        expect(() => codec.decode(text)).toThrow(refused);
      }),
    );
  });

  it.each([
    ["of another list", cursorCodec("things blue", z.tuple([z.string(), z.int()])).encode(["a", 1])],
    ["of a list with another key", cursorCodec("things red", z.string()).encode("a")],
    ["cut off", codec.encode(["a", 1]).slice(0, -3)],
    ["with a changed key", Buffer.from('["things red",["a",1.5]]').toString("base64url")],
    ["with more in it", Buffer.from('["things red",["a",1],2]').toString("base64url")],
    ["that is empty", ""],
  ])("400 cursor_invalid: one %s", (_what, text) => {
    expect(() => codec.decode(text)).toThrow(HttpProblem);
    expect(() => codec.decode(text)).toThrow(refused);
  });
});

describe("a page", () => {
  const cursorOf = (row: number) => `after ${row}`;

  it("cut from limit + 1 rows holds limit of them, and the cursor of the last", () => {
    expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: "after 2" });
  });

  it.each([[[1, 2]], [[1]], [[]]])("of %j is the last one, and has no cursor", (rows) => {
    expect(toPage(rows, 2, cursorOf)).toStrictEqual({ items: rows });
  });
});
