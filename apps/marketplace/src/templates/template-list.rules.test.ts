import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countsOf,
  countsShown,
  facetsAsked,
  listName,
  positionOf,
  selectionOf,
  type TemplateFilter,
} from "./template-list.rules.ts";

const groups = (filter: TemplateFilter) => selectionOf(filter).groups;

describe("the groups of a list", () => {
  it("hold alternatives together, and tags and agents apart, each once", () => {
    expect(groups({ kind: ["workflow", "prompt", "workflow"], status: "active" })).toEqual([
      ["kind:prompt", "kind:workflow"],
      ["status:active"],
    ]);
    expect(groups({ tag: ["b", "a", "b"], agent: "x", status: "active" })).toEqual([
      ["status:active"],
      ["tag:a"],
      ["tag:b"],
      ["agent:x"],
    ]);
  });

  it("leave disabled ones out, unless there is a status or a place to stay within", () => {
    expect(groups({})).toEqual([["is:listed"]]);
    expect(groups({ status: "disabled" })).toEqual([["status:disabled"]]);
    expect(groups({ within: ["tenant:acme"] })).toEqual([["tenant:acme"]]);
  });
});

describe("the order of a list", () => {
  it("is by relevance if there is a search, else by time; nothing is relevant to no search", () => {
    const sort = (filter: TemplateFilter) => selectionOf(filter).sort;
    expect(sort({})).toBe("recent");
    expect(sort({ search: " " })).toBe("recent");
    expect(sort({ search: "x" })).toBe("relevance");
    expect(sort({ sort: "relevance" })).toBe("recent");
    expect(sort({ sort: "updated", search: "x" })).toBe("recent");
    expect(sort({ sort: "name", search: "x" })).toBe("name");
    expect(sort({ sort: "rating", search: "x" })).toBe("rating");
  });
});

describe("counts", () => {
  it("leave the filter out whose values they count, if those are alternatives; the first counts the list", () => {
    const filter: TemplateFilter = { kind: "prompt", tag: "a", status: "active" };
    expect(countsOf(filter, ["agent", "category", "kind", "status", "tag"])).toEqual([
      { groups: groups(filter), facets: ["agent", "category", "tag"] },
      { groups: [["status:active"], ["tag:a"]], facets: ["kind"] },
      { groups: [["kind:prompt"], ["tag:a"]], facets: ["status"] },
    ]);
    expect(countsOf({ tag: "a" }, ["kind", "status"])).toEqual([
      { groups: [["tag:a"], ["is:listed"]], facets: ["kind", "status"] },
      { groups: [["tag:a"], ["status:disabled"]], facets: ["status"] },
    ]);
    const within = { within: ["kind:prompt"] };
    expect(countsOf(within, ["kind", "status"])).toEqual([{ groups: [["kind:prompt"]], facets: ["kind", "status"] }]);
  });

  it("are shown for each facet that was asked for, also where nothing was found", () => {
    expect(facetsAsked(["tag,kind", "tag"])).toEqual(["kind", "tag"]);
    expect(facetsAsked(undefined)).toEqual([]);
    const counted = [
      { facet: "total", value: "", count: 3 },
      { facet: "tag", value: "x", count: 2 },
    ] as const;
    expect(countsShown(["kind", "tag"], counted)).toEqual({
      total: 3,
      facets: { kind: [], tag: [{ value: "x", count: 2 }] },
    });
    expect(countsShown([], [])).toEqual({ total: 0, facets: {} });
  });
});

describe("a cursor", () => {
  const word = fc.stringMatching(/^[a-z]{1,2}$/);
  const several = fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 }));
  const filter = fc.record(
    {
      tenant: several,
      tag: several,
      agent: several,
      category: several,
      search: word,
      minRating: fc.constantFrom(1, 4),
      sort: fc.constantFrom("recent", "updated", "name", "relevance", "rating"),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<TemplateFilter>;

  it("is good for lists that mean the same, and for no other", () => {
    const named = (asked: TemplateFilter) => listName(selectionOf(asked));
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        expect(named(one) === named(other)).toBe(
          JSON.stringify(selectionOf(one)) === JSON.stringify(selectionOf(other)),
        );
      }),
    );
    expect(named({ tag: ["b", "a"] })).toBe(named({ tag: ["a", "b", "a"], sort: "updated" }));
    expect(named({ tag: "a" })).not.toBe(named({ agent: "a" }));
  });

  it("holds what the order compares, and nothing that the database cannot read", () => {
    const place = { rank: 0, tenant: "acme", templateId: "a" };
    const reads = (asked: TemplateFilter, key: string) =>
      positionOf(selectionOf(asked)).safeParse({ ...place, key }).success;
    expect(reads({}, "2026-01-01T00:00:00.000Z")).toBe(true);
    expect(reads({}, "0000-01-01T00:00:00.000Z")).toBe(false);
    expect(reads({}, "alpha")).toBe(false);
    expect(reads({ sort: "name" }, "alpha")).toBe(true);
    expect(reads({ sort: "name" }, "a\0")).toBe(false);
    expect(reads({ search: "x" }, "alpha")).toBe(false);
    const notANumber = { ...place, key: "2026-01-01T00:00:00Z", rank: Number.NaN };
    expect(positionOf(selectionOf({})).safeParse(notANumber).success).toBe(false);
  });
});
