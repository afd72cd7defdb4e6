import { describe, expect, it } from "vitest";
import { z } from "zod";
import { page, pageQuery } from "./index.ts";

const query = z.object(pageQuery);

describe("the query of a list", () => {
  it("without parameters asks for 25 items from the start", () => {
    expect(query.parse({})).toEqual({ limit: 25 });
  });

  it.each([
    ["1", 1],
    ["100", 100],
  ])("takes limit %s from the address", (text, limit) => {
    expect(query.parse({ limit: text }).limit).toBe(limit);
  });

  it.each(["0", "101", "-1", "1.5", "ten", "1e9", "NaN", "", ["1", "2"]])("refuses limit %j", (limit) => {
    expect(query.safeParse({ limit }).success).toBe(false);
  });

  it("takes cursors up to 1024 characters", () => {
    expect(query.parse({ cursor: "c".repeat(1024) }).cursor).toHaveLength(1024);
    expect(query.safeParse({ cursor: "c".repeat(1025) }).success).toBe(false);
    expect(query.safeParse({ cursor: ["a", "b"] }).success).toBe(false);
  });
});

describe("a page", () => {
  const numbers = page("numbers", z.number());

  it("has its items under their own name, and nextCursor while there is more", () => {
    expect(numbers.parse({ numbers: [1], nextCursor: "c" })).toEqual({ numbers: [1], nextCursor: "c" });
    expect(numbers.parse({ numbers: [] })).toEqual({ numbers: [] });
  });

  it("refuses items of another type", () => {
    expect(numbers.safeParse({ numbers: ["1"] }).success).toBe(false);
    expect(numbers.safeParse({ items: [1] }).success).toBe(false);
  });
});
