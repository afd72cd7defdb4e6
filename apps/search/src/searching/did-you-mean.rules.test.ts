import { parseQuery, wordsOf } from "@nofx/search-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean } from "./did-you-mean.rules.ts";

/** What an engine tells that knows these words in place of others. */
const correctionsOf = (typed: string, known: Readonly<Record<string, string>>) =>
  parseQuery(typed)
    .groups.flat()
    .flatMap(({ words, at }) =>
      words.flatMap((from) => {
        const to = Object.hasOwn(known, from) ? known[from] : undefined;
        return to === undefined ? [] : [{ from, to, at }];
      }),
    );

const known = { reveiw: "review", requst: "request", slcak: "slack", agnet: "agent" };

describe("did you mean", () => {
  it.each([
    ["reveiw pull requst", "review pull request"],
    ["Reveiw  PULL  requst ", "review  PULL  request "],
    ["type:template tag:Reveiw REVEIW -requst", "type:template tag:Reveiw review -requst"],
    ["code-reveiw_agnet or slcak", "code-review_agent or slack"],
    ["reveiw reveiw", "review review"],
    ["foo:reveiw", "foo:review"],
    ["(réveiw)", "(review)"],
    ["😀 reveiw 😀", "😀 review 😀"],
  ])("%j is %j", (typed, meant) => {
    expect(didYouMean(typed, correctionsOf(typed, known))).toBe(meant);
  });

  it("is nothing where nothing was searched for as something else", () => {
    expect(didYouMean("review", [])).toBeUndefined();
    expect(didYouMean("review", [{ from: "review", to: "review", at: 0 }])).toBeUndefined();
    expect(didYouMean("review", [{ from: "elsewhere", to: "other", at: 0 }])).toBeUndefined();
  });

  it("changes the corrected words alone, whatever is typed", () => {
    const pieces = fc.constantFrom("reveiw", "ReVeiw", "requst", "pull", " ", "-", '"', "tag:", "😀", "or ", ",", "é");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const typed = parts.join("");
        const corrections = correctionsOf(typed, known);
        const meant = didYouMean(typed, corrections);
        expect(meant === undefined).toBe(corrections.length === 0);
        if (meant === undefined) return;
        const words = (text: string) => wordsOf(text).map(({ word }) => word);
        const [before, after] = [words(typed), words(meant)];
        expect(after).toHaveLength(before.length);
        const changed = before.flatMap((word, at) => (after[at] === word ? [] : [[word, after[at]]]));
        expect(changed).toHaveLength(corrections.length);
        for (const [from = "", to] of changed) expect(to).toBe(known[from as keyof typeof known]);
      }),
    );
  });
});
