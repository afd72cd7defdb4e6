import { unifiedSearch } from "@nofx/contract-search";
import { describe, expect, it } from "vitest";
import { searchCursors } from "./search-cursor.ts";
import { searchRequestOf } from "./search-request.rules.ts";

const cursors = (sent: Record<string, unknown>, tenantId = "acme") =>
  searchCursors(searchRequestOf(unifiedSearch.query.parse(sent), { tenantId, role: "member" }));
const position = { search: "0192f0c1-2345-7abc-8def-0123456789ab", after: "12.5 acme review" };

describe("a cursor of a search", () => {
  const cursor = cursors({ q: "review", tag: "a" }).encode(position);

  it("is good for the same search, however long its pages are and whoever asks", () => {
    expect(cursors({ q: "review", tag: ["a"], limit: 3, facets: "tag" }, "globex").decode(cursor)).toEqual(position);
    expect(cursor.length).toBeLessThan(1024);
  });

  it("400 cursor_invalid for other words, another condition, another order, or what never was one", () => {
    for (const sent of [{ q: "reviews", tag: "a" }, { q: "review" }, { q: "review", tag: "a", sort: "name" }]) {
      expect(() => cursors(sent).decode(cursor)).toThrow(expect.objectContaining({ code: "cursor_invalid" }));
    }
    const forged = { search: "me", after: "12.5 acme review" };
    for (const text of ["x", "%", cursors({ q: "review", tag: "a" }).encode(forged)]) {
      expect(() => cursors({ q: "review", tag: "a" }).decode(text)).toThrow(
        expect.objectContaining({ code: "cursor_invalid" }),
      );
    }
  });
});
