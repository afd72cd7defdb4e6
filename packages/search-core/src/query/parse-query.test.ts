import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery, queryTermsMax } from "./parse-query.ts";

const words = (query: string) =>
  parseQuery(query).groups.map((group) =>
    group.map(({ words: of, isPrefix, isQuoted }) => `${isQuoted ? '"' : ""}${of.join(" ")}${isPrefix ? "*" : ""}`),
  );

describe("a query", () => {
  it.each([
    ["", []],
    ["review pull requests ", [["review"], ["pull"], ["requests"]]],
    ["review pul", [["review"], ["pul*"]]],
    ["Éclair ＡＢＣ ", [["eclair"], ["abc"]]],
    ["code-review ", [["code review"]]],
    ["c++ c# .net ", [["c++"], ["c#"], ["net"]]],
    ['"Pull Request" x ', [['"pull request'], ["x"]]],
    ["slack or email alerts ", [["slack", "email"], ["alerts"]]],
    ["slack | email | sms ", [["slack", "email", "sms"]]],
    ["or ", [["or"]]],
    ["slack or", [["slack"], ["or*"]]],
    ["rev* x ", [["rev*"], ["x"]]],
    ["- -- !!! ", []],
  ])("%j is %j", (query, expected) => {
    expect(words(query)).toEqual(expected);
  });

  it("leaves out what has a minus", () => {
    const { groups, excluded } = parseQuery('review -slack -"pull request" ');
    expect(groups).toHaveLength(1);
    expect(excluded.map((term) => term.words)).toEqual([["slack"], ["pull", "request"]]);
  });

  it("has conditions on fields, alternatives separated by commas", () => {
    expect(
      parseQuery('type:template tag:a,b -status:deprecated author:"A B" updated:>2026-01-01 rating:>=4').filters,
    ).toEqual([
      { field: "type", comparison: "=", values: ["template"], isNegated: false },
      { field: "tag", comparison: "=", values: ["a", "b"], isNegated: false },
      { field: "status", comparison: "=", values: ["deprecated"], isNegated: true },
      { field: "author", comparison: "=", values: ["A B"], isNegated: false },
      { field: "updated", comparison: ">", values: ["2026-01-01"], isNegated: false },
      { field: "rating", comparison: ">=", values: ["4"], isNegated: false },
    ]);
  });

  it.each([
    ["foo:bar ", "field_unknown", [["foo bar"]]],
    ["rating:good ", "filter_unreadable", [["rating good"]]],
    ["tag:>x ", "filter_unreadable", [["tag x"]]],
    ["tag:, ", "filter_unreadable", [["tag"]]],
    ['a "b c', "quote_open", [["a"], ['"b c']]],
  ])("%j warns of %s and searches words", (query, code, expected) => {
    expect(parseQuery(query).warnings.map((warning) => warning.code)).toEqual([code]);
    expect(words(query)).toEqual(expected);
  });

  it("is cut where it is too long, in characters and in words", () => {
    expect(parseQuery("x".repeat(501)).warnings[0]?.code).toBe("query_cut");
    const many = parseQuery("a ".repeat(queryTermsMax + 1));
    expect(many.groups).toHaveLength(queryTermsMax);
    expect(many.warnings[0]?.code).toBe("words_cut");
  });

  it("can be anything: no term is empty, and places are within it", () => {
    const odd = fc.array(
      fc.constantFrom('"', "-", ":", "or", " ", "|", "tag", ">", "a", ",", "é", "\ud800", "*", "\0"),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      odd.map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (query) => {
        const { groups, excluded, warnings } = parseQuery(query);
        for (const term of [...groups.flat(), ...excluded]) {
          expect(term.words.length).toBeGreaterThan(0);
          expect(term.words.every((word) => word !== "")).toBe(true);
          expect(term.at).toBeLessThan(query.length);
        }
        expect(groups.every((group) => group.length > 0)).toBe(true);
        for (const { at = 0 } of warnings) expect(at).toBeLessThanOrEqual(query.length);
      }),
      { numRuns: 500 },
    );
  });
});
