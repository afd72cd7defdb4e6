import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corrections } from "./corrections.ts";
import { deletionKeys, editsAllowed, typoKeys } from "./deletions.ts";
import { editDistance } from "./distance.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e"), minLength: 1, maxLength: 12 });

/** A word with one letter put in, taken out, exchanged, or swapped with the next. */
const edited = (text: string, { at, letter, kind }: { at: number; letter: string; kind: number }): string => {
  const before = text.slice(0, at);
  if (kind === 0) return before + letter + text.slice(at);
  if (kind === 1) return before + text.slice(at + 1);
  if (kind === 2) return before + letter + text.slice(at + 1);
  return before + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
};

describe("the distance of two words", () => {
  it.each([
    ["agnet", "agent", 1],
    ["emial", "email", 1],
    ["slcak", "slack", 1],
    ["reveiw", "review", 1],
    ["requst", "request", 1],
    ["review", "review", 0],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
    ["", "ab", 2],
    ["dockumentaton", "documentation", 2],
  ])("%s to %s is %i", (from, to, distance) => {
    expect(editDistance(from, to, 5)).toBe(distance);
  });

  it("is the same both ways, and only told up to the most that is of interest", () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        const distance = editDistance(from, to, 20);
        expect(editDistance(to, from, 20)).toBe(distance);
        expect(editDistance(from, to, 1) > 1).toBe(distance > 1);
      }),
    );
  });
});

describe("keys", () => {
  it("words within the edits allowed have one in common", () => {
    const edit = fc.record({ at: fc.nat(12), letter: fc.constantFrom("a", "b", "c"), kind: fc.nat(3) });
    const near = fc
      .tuple(word, fc.array(edit, { maxLength: 2 }))
      .map(([meant, edits]) => ({ meant, typed: edits.reduce(edited, meant) }))
      .filter(({ meant, typed }) => editDistance(typed, meant, 2) <= editsAllowed(typed));
    fc.assert(
      fc.property(near, ({ typed, meant }) => {
        if (editsAllowed(typed) === 0) return;
        const known = new Set(deletionKeys(meant));
        expect(typoKeys(typed).some((key) => known.has(key))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("short words have none to look for; long ones no more than words of seven letters", () => {
    expect(typoKeys("pul")).toEqual([]);
    expect(typoKeys("pull")).toHaveLength(4);
    expect(deletionKeys("abcdefghijklmnopqrstuvwxyz").length).toBeLessThanOrEqual(29);
  });
});

describe("what may have been meant", () => {
  const known = [
    { word: "review", frequency: 20 },
    { word: "preview", frequency: 60 },
    { word: "reviewer", frequency: 90 },
    { word: "revie", frequency: 1 },
  ];

  it("is the nearest, and of those the most frequent", () => {
    expect(corrections("reveiw", 0, known).map((better) => better.word)).toEqual(["review"]);
    const [first, second] = corrections("reviow", 0, [...known, { word: "revio", frequency: 21 }]);
    expect([first?.word, second?.word]).toEqual(["revio", "review"]);
  });

  it("prefers words that begin alike", () => {
    const both = [
      { word: "cat", frequency: 1 },
      { word: "boat", frequency: 1 },
      { word: "coat", frequency: 1 },
    ];
    expect(corrections("ccat", 0, both)[0]?.word).toBe("cat");
    expect(corrections("goat", 0, both).map((better) => better.word)).toEqual(["boat", "coat"]);
  });

  it("is nothing for a word that is there, unless the other is far more frequent", () => {
    expect(corrections("reviews", 2, [{ word: "review", frequency: 100 }])).toEqual([]);
    expect(corrections("reviws", 2, [{ word: "reviews", frequency: 101 }])).toHaveLength(1);
    expect(corrections("review", 0, [{ word: "review", frequency: 10_000 }])).toEqual([]);
  });
});
