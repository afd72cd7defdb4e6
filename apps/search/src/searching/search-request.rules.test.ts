import { unifiedSearch } from "@nofx/contract-search";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchRequestOf, suggestCharactersMax, suggestRequestOf, viewerOf } from "./search-request.rules.ts";

const member = { tenantId: "acme", role: "member" } as const;
const request = (sent: Record<string, unknown>) => searchRequestOf(unifiedSearch.query.parse(sent), member);
const filters = (sent: Record<string, unknown>) =>
  request(sent).query.filters.map(
    ({ field, comparison, values, isNegated }) => `${isNegated ? "-" : ""}${field}${comparison}${values.join("|")}`,
  );

describe("a search", () => {
  it("takes parameters for what they would be in the query, beside what the query says", () => {
    expect(
      filters({
        q: "tag:b type:template",
        type: "agent",
        category: ["finance", "legal"],
        tag: ["a", "b", "a"],
        capability: "review",
        agent: ["Acme/Reviewer", "other"],
        author: ["Ada", "Bob"],
        license: "MIT",
        status: ["active", "deprecated"],
        tenant: "acme",
        minRating: "4.5",
      }),
    ).toEqual([
      "tag=b",
      "type=template",
      "type=agent",
      "category=finance|legal",
      "author=Ada|Bob",
      "license=MIT",
      "status=active|deprecated",
      "tenant=acme",
      "tag=a",
      "tag=b",
      "capability=review",
      "agent=Acme/Reviewer",
      "agent=other",
      "rating>=4.5",
    ]);
  });

  it("orders by relevance, counts nothing and explains nothing unless asked to", () => {
    expect(request({})).toMatchObject({ sort: "relevance", facets: [], explain: false, limit: 25 });
    expect(request({ sort: "name", facets: "tag,type,tag", explain: "true", limit: "3" })).toMatchObject({
      sort: "name",
      facets: ["tag", "type"],
      explain: true,
      limit: 3,
    });
  });

  it("reads U+0000 as a space, so that places stay where they are", () => {
    const { query } = request({ q: "a\0b tag:x\0y " });
    expect(query.groups.map(([term]) => [term?.words, term?.at])).toEqual([
      [["a"], 0],
      [["b"], 2],
      [["y"], 10],
    ]);
    expect(query.filters[0]?.values).toEqual(["x"]);
  });

  it("never asks for anything that a database cannot take, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (q) => {
        const { query } = request({ q: `tag:${q} author:"${q}` });
        for (const text of [
          ...query.filters.flatMap(({ values }) => values),
          ...query.groups.flat().flatMap(({ words }) => words),
        ]) {
          expect(text.isWellFormed() && !text.includes("\0")).toBe(true);
        }
      }),
    );
  });
});

describe("who sees what", () => {
  it.each([
    ["anonymous", { tenantId: "", role: "anonymous" }, { tenantId: "", seesAll: false }],
    ["a member", member, { tenantId: "acme", seesAll: false }],
    ["an operator", { tenantId: "", role: "operator" }, { tenantId: "", seesAll: true }],
    ["a service", { tenantId: "services", role: "service" }, { tenantId: "services", seesAll: true }],
  ] as const)("%s", (_who, asker, viewer) => {
    expect(viewerOf(asker)).toEqual(viewer);
  });
});

describe("what has been typed so far", () => {
  const suggest = (q: string, type?: "agent" | "template") => suggestRequestOf({ q, limit: 8, type }, member);

  it("is looked for as it is, with the space at its end", () => {
    expect(suggest("  Code Re", "agent")).toMatchObject({ text: "Code Re", limit: 8, types: ["agent"] });
    expect(suggest("code ")).toMatchObject({ text: "code ", types: [] });
  });

  it("is nothing without a letter or a digit, and is cut where it is longer than any name", () => {
    for (const q of ["", "  ", "\0", '-"', "\ud800"]) expect(suggest(q)).toBeUndefined();
    expect(suggest("x".repeat(10_000))?.text).toHaveLength(suggestCharactersMax);
    const cutInTwo = suggest(`${"x".repeat(suggestCharactersMax - 1)}😀`);
    expect(cutInTwo?.text.isWellFormed()).toBe(true);
  });
});
