import { expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

it("keeps what was asked for last", () => {
  const cache = new LruCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  expect(cache.set("c", 3)).toBe(3);
  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
});
