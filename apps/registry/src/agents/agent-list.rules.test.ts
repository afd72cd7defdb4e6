import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AgentFilter, isOneRange, listName, positionOf, selections, sparse } from "./agent-list.rules.ts";

const partsOf = (filter: AgentFilter, me = "acme") => selections(filter, me).map(({ part }) => part);
const labelsOf = (filter: AgentFilter, me = "acme") => selections(filter, me).map(({ labels }) => labels);

describe("the parts of a list", () => {
  it("are the caller's own and the others', where there can be agents that fit", () => {
    expect(partsOf({})).toEqual(["own", "others"]);
    expect(partsOf({}, "")).toEqual(["others"]);
    expect(partsOf({ tenant: "acme" })).toEqual(["own"]);
    expect(partsOf({ tenant: "globex" })).toEqual(["others"]);
    expect(partsOf({ visibility: "private" })).toEqual(["own"]);
    expect(partsOf({ status: "disabled" })).toEqual(["own"]);
    expect(partsOf({ status: "disabled", tenant: "globex" })).toEqual([]);
    expect(partsOf({ visibility: "private" }, "")).toEqual([]);
  });

  it("ask for labels that the agents in question have: of disabled ones the status, or else none that they have", () => {
    expect(labelsOf({})).toEqual([["is:listed"], ["is:listed"]]);
    expect(labelsOf({ status: "disabled", tag: "x" })).toEqual([["status:disabled", "tag:x"]]);
    expect(labelsOf({ tenant: "globex", visibility: "public" })).toEqual([["tenant:globex"]]);
    expect(labelsOf({ tag: ["b", "a", "b"], owner: "o", visibility: "public" })).toEqual([
      ["tag:a", "tag:b", "owner:o", "visibility:public"],
      ["tag:a", "tag:b", "owner:o"],
    ]);
  });
});

describe("one range of one index", () => {
  it("answers up to one filter, and a time in the order of time", () => {
    const answers = (filter: AgentFilter) => selections(filter, "acme").every(isOneRange);
    expect(answers({})).toBe(true);
    expect(answers({ tag: "x", sort: "name" })).toBe(true);
    expect(answers({ updatedSince: "2026-01-01T00:00:00Z" })).toBe(true);
    expect(answers({ updatedSince: "2026-01-01T00:00:00Z", sort: "name" })).toBe(false);
    expect(answers({ tag: ["x", "y"] })).toBe(false);
    expect(answers({ search: "x" })).toBe(false);
    expect(answers({ search: " " })).toBe(true);
  });
});

describe("a cursor", () => {
  const word = fc.stringMatching(/^[a-z]{1,3}$/);
  const filter = fc.record(
    {
      tenant: word,
      status: fc.constantFrom("active", "deprecated"),
      tag: fc.oneof(word, fc.array(word, { minLength: 1 })),
      capability: word,
      owner: word,
      model: word,
      search: word,
      sort: fc.constantFrom("updated", "name", "published"),
    },
    { requiredKeys: [] },
  );
  const meaning = (asked: AgentFilter) =>
    JSON.stringify([selections({ ...asked, tenant: undefined }, "me"), asked.tenant]);

  it("is good for lists that mean the same, and for no other", () => {
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        expect(listName(one as AgentFilter) === listName(other as AgentFilter)).toBe(
          meaning(one as AgentFilter) === meaning(other as AgentFilter),
        );
      }),
    );
    expect(listName({ tag: ["b", "a"] })).toBe(listName({ tag: ["a", "b", "a"], sort: "updated" }));
    expect(listName({ tag: "a" })).not.toBe(listName({ capability: "a" }));
  });

  it("holds what the order compares, and nothing that the database cannot read", () => {
    const place = { part: "own", rank: 0, tenant: "acme", agentId: "a" };
    const reads = (asked: AgentFilter, key: string) => positionOf(asked).safeParse({ ...place, key }).success;
    expect(reads({}, "2026-01-01T00:00:00.000Z")).toBe(true);
    expect(reads({}, "0000-01-01T00:00:00.000Z")).toBe(false);
    expect(reads({}, "alpha")).toBe(false);
    expect(reads({ sort: "name" }, "alpha")).toBe(true);
    expect(reads({ sort: "name" }, "a\0")).toBe(false);
    expect(positionOf({}).safeParse({ ...place, key: "2026-01-01T00:00:00Z", rank: Number.NaN }).success).toBe(false);
  });
});

describe("a sparse agent", () => {
  it("has the fields that were asked for, and the ids", () => {
    const agent = { id: "1", tenant: "acme", agentId: "a", name: "A", tags: ["x"] } as Parameters<typeof sparse>[0];
    expect(sparse(agent, "tags")).toEqual({ id: "1", tenant: "acme", agentId: "a", tags: ["x"] });
    expect(sparse(agent, undefined)).toBe(agent);
  });
});
