import { expect, it } from "vitest";
import { isStopWord } from "../words/stop-words.ts";
import { phrasesAt, phrasesWith, sayableOf, synonymWordsMax, writtenAs } from "./synonyms.ts";

it("words and phrases stand for each other, in any form", () => {
  expect(sayableOf(["pr"])?.synonyms).toContain("pull request");
  expect(sayableOf(["pull", "requests"])).toMatchObject({
    phrase: "pull request",
    synonyms: ["pr", "mr", "merg request"],
  });
  expect(sayableOf(["k8s"])?.synonyms).toEqual(["kubernet"]);
  expect(sayableOf(["nothing"])).toBeUndefined();
  expect(synonymWordsMax).toBeGreaterThanOrEqual(2);
});

it("a word that stands for another is known as it is written, a phrase by its stems", () => {
  expect(sayableOf(["a11y"])?.synonyms.map(writtenAs)).toEqual(["accessibility"]);
  expect(writtenAs("pull request")).toBeUndefined();
});

it("phrases are found in texts, and by each of their words", () => {
  expect(phrasesAt(["a", "pull", "request"], 1)).toEqual(["pull request"]);
  expect(phrasesAt(["a", "pull"], 1)).toEqual([]);
  expect(phrasesAt(["a", "pull"], 5)).toEqual([]);
  expect(phrasesWith("requests")).toEqual(expect.arrayContaining(["pull request", "merg request", "pr"]));
  expect(phrasesWith("nothing")).toEqual([]);
});

it("words that say nothing are known", () => {
  expect(isStopWord("the")).toBe(true);
  expect(isStopWord("review")).toBe(false);
});
