import { keyText, parseQuery } from "@nofx/search-core";
import { describe, expect, it } from "vitest";
import { inventedDocuments } from "./invented.ts";
import { QueryKind, readJudgments } from "./judgments.ts";
import { shippedDocuments } from "./shipped.ts";

const now = new Date("2026-11-23T12:00:00Z");
const shipped = shippedDocuments(now);
const documents = [...shipped, ...inventedDocuments(now)];
const judged = readJudgments();

describe("the judged catalogue", () => {
  it("has each document once, some hundreds of them, all that ship among them", () => {
    const keys = documents.map(keyText);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(300);
    expect(keys).toContain("agent:local/code-review");
    expect(keys).toContain("template:local/pull-request-gate");
  });

  it("is the same each time", () => {
    expect([...shippedDocuments(now), ...inventedDocuments(now)]).toEqual(documents);
  });

  it("names only agents that are in it", () => {
    const agents = new Set(documents.filter(({ type }) => type === "agent").map(({ tenant, id }) => `${tenant}/${id}`));
    expect(documents.flatMap((document) => document.agents).filter((agent) => !agents.has(agent))).toEqual([]);
  });
});

describe("the judged queries", () => {
  it("are of all kinds, at least ten of each, none twice", () => {
    const kinds = Map.groupBy(judged, ({ kind }) => kind);
    expect([...kinds.keys()].sort()).toEqual([...QueryKind.options].sort());
    expect([...kinds].filter(([, { length }]) => length < 10)).toEqual([]);
    expect(new Set(judged.map(({ query }) => query)).size).toBe(judged.length);
  });

  it("are answered by documents of the catalogue", () => {
    const keys = new Set(documents.map(keyText));
    const unknown = judged.flatMap(({ query, grades }) =>
      [...grades.keys()].filter((key) => !keys.has(key)).map((key) => `${query}: ${key}`),
    );
    expect(unknown).toEqual([]);
  });

  it("have each something that is meant", () => {
    expect(judged.filter(({ grades }) => ![...grades.values()].includes(3)).map(({ query }) => query)).toEqual([]);
  });

  it("are read without a warning", () => {
    expect(judged.filter(({ query }) => parseQuery(query).warnings.length > 0).map(({ query }) => query)).toEqual([]);
  });
});
