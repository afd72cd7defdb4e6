import { expect, it } from "vitest";
import { isStopWord } from "../words/stop-words.ts";
import { synonymsOf, synonymWordsMax } from "./synonyms.ts";

it("words and phrases stand for each other, in any form", () => {
  expect(synonymsOf(["pr"])).toContainEqual(["pull", "request"]);
  expect(synonymsOf(["pull", "requests"])).toContainEqual(["pr"]);
  expect(synonymsOf(["k8s"])).toEqual([["kubernetes"]]);
  expect(synonymsOf(["nothing"])).toEqual([]);
  expect(synonymWordsMax).toBeGreaterThanOrEqual(2);
});

it("words that say nothing are known", () => {
  expect(isStopWord("the")).toBe(true);
  expect(isStopWord("review")).toBe(false);
});
