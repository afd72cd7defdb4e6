import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SearchDocument } from "../document.ts";
import { wordsOf } from "../query/words.ts";
import { stemOf } from "../words/stem.ts";
import { highlighter, snippetCharactersMax } from "./highlight.ts";
import { matcherOf } from "./matches.ts";

const document = (known: Partial<SearchDocument>): SearchDocument => ({
  type: "agent",
  tenant: "nofx",
  id: "x",
  name: "Thing",
  description: undefined,
  currentVersion: "1.0.0",
  status: "active",
  visibility: "public",
  kind: undefined,
  category: undefined,
  categories: [],
  tags: [],
  capabilities: [],
  agents: [],
  aliases: [],
  author: undefined,
  license: undefined,
  body: "",
  ratingAverage: undefined,
  ratingCount: 0,
  ratingBayesian: undefined,
  usage30d: 0,
  success: undefined,
  updatedAt: "2026-01-01T00:00:00.000Z",
  ...known,
});

const highlightsOf = (of: SearchDocument, by: ReadonlySet<string>) => highlighter(by)(of);
const stems = (...words: string[]) => new Set(words.map(stemOf));

describe("highlights", () => {
  it("name the field and the words in any form, names first", () => {
    const found = highlightsOf(
      document({
        name: "Café Helper",
        description: "Reviews <b>code</b>.",
        tags: ["x", "review"],
        category: "review",
      }),
      stems("review", "cafe"),
    );
    expect(found).toEqual([
      {
        field: "name",
        parts: [
          { text: "Café", match: true },
          { text: " Helper", match: false },
        ],
      },
      { field: "tag", parts: [{ text: "review", match: true }] },
      {
        field: "description",
        parts: [
          { text: "Reviews", match: true },
          { text: " <b>code</b>.", match: false },
        ],
      },
      { field: "category", parts: [{ text: "review", match: true }] },
    ]);
  });

  it("are none without words", () => {
    expect(highlightsOf(document({ name: "Review" }), new Set())).toEqual([]);
    expect(highlightsOf(document({ name: "Review" }), stems("other"))).toEqual([]);
  });

  it("cut long texts around the first match, and are few", () => {
    const body = `${"lorem ipsum ".repeat(50)}needle ${"dolor sit ".repeat(50)}needle`;
    const [found] = highlightsOf(document({ body }), stems("needle"));
    expect(found?.parts[0]?.text).toBe("… ");
    expect(found?.parts.at(-1)?.text).toBe(" …");
    expect(found?.parts.filter(({ match }) => match)).toHaveLength(1);
    expect(
      highlightsOf(document({ tags: Array.from({ length: 20 }, (_, n) => `needle ${n}`) }), stems("needle")),
    ).toHaveLength(6);
  });

  it("show a match at the very end of a text that is hardly too long and begins with a double character", () => {
    const body = `😀${"x".repeat(192)} needle`;
    expect(highlightsOf(document({ body }), stems("needle"))[0]?.parts.some(({ match }) => match)).toBe(true);
  });

  it("are pieces of the text, bounded, whatever the text", () => {
    const text = fc
      .array(fc.constantFrom("needle", " ", "😀", "é", "x".repeat(90), "\n", "<a>", "Needles"))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, (body) => {
        for (const { parts } of highlightsOf(document({ body }), stems("needle"))) {
          const shown = parts
            .filter((part) => part.text !== "… " && part.text !== " …")
            .map((part) => part.text)
            .join("");
          expect(body).toContain(shown);
          expect(shown.length).toBeLessThanOrEqual(snippetCharactersMax);
          expect(shown.isWellFormed()).toBe(true);
          expect(parts.some(({ match }) => match)).toBe(true);
        }
      }),
    );
  });
});

describe("matches", () => {
  const typed = fc.stringMatching(/^[a-zA-Z0-9+#éß]{1,8}(ing|ies|y|ly|ational|s|)$/);
  const text = fc.array(fc.oneof(typed, fc.constantFrom(" ", "-", "+", "#", ", ", "c++", "C#")), { maxLength: 30 });

  it("are the words that have one of the stems, whatever stands around them", () => {
    fc.assert(
      fc.property(text, fc.array(typed, { minLength: 1, maxLength: 3 }), fc.nat(), (parts, wanted, at) => {
        const whole = parts.join("");
        const words = wordsOf(whole);
        // One of its own, so that something is found.
        const own = words[at % Math.max(1, words.length)]?.word ?? "x";
        const by = new Set(
          [...wanted.flatMap((typedWord) => wordsOf(typedWord).map(({ word }) => word)), own].map(stemOf),
        );
        const expected = words.filter(({ word }) => by.has(stemOf(word))).map(({ start, end }) => ({ start, end }));
        expect(matcherOf(by)(whole).map(({ start, end }) => ({ start, end }))).toEqual(expected);
      }),
    );
  });
});
