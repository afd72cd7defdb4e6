import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { refused } from "../refused.ts";
import { type Area, check, first } from "../suite.ts";
import { newWord, type World } from "../world.ts";

const changeOf = ({ headers }: { readonly headers: Headers }): string => headers.get("nofx-change") ?? "";

/** A public agent and a template that uses it, both named with a word of their own, and searchable. */
const withNames = async (world: World) => {
  const owner = await world.person("admin");
  const word = newWord();
  const published = await owner.registry.publishAgent({
    body: agent({ name: `${word} greeter` }),
    visibility: "public",
  });
  await unwrap(published);
  const made = await owner.marketplace.publishTemplate({
    body: workflow({ name: `${word} welcome` }),
    visibility: "public",
  });
  await unwrap(made);
  const find = async (q: string, more: object = {}) => {
    const asked = { q, min_change: changeOf(made), ...more };
    return await unwrap(world.anonymous.search.unifiedSearch(asked));
  };
  return { owner, word, find };
};

const finding: Area["checks"] = [
  first("what is published is found by a search that waits for its change", async (world) => {
    const { owner, word, find } = await withNames(world);
    const { hits, total, freshness } = await find(word);
    expect(freshness).toMatchObject({ satisfied: true, stale: false });
    expect(hits.map(({ type, tenant, id }) => [type, tenant, id]).sort()).toEqual([
      ["agent", owner.tenant, "greeter"],
      ["template", owner.tenant, "welcome"],
    ]);
    expect(total).toEqual({ value: 2, relation: "eq" });
    expect((await find(`${word} type:template`)).hits.map(({ id }) => id)).toEqual(["welcome"]);
    const { suggestions } = await unwrap(world.anonymous.search.suggestSearch({ q: word.slice(0, -2) }));
    expect(suggestions.map(({ tenant }) => tenant)).toContain(owner.tenant);
  }),

  check("a typing error finds what was meant, and says so", async (world) => {
    const { word, find } = await withNames(world);
    const typo = `${word.slice(0, 5)}${word[5] === "z" ? "y" : "z"}${word.slice(6)}`;
    const { hits, didYouMean } = await find(typo);
    expect(hits).toHaveLength(2);
    expect(didYouMean).toBe(word);
  }),

  check("facets count what would be found, pages go on to the last", async (world) => {
    const { word, find, owner } = await withNames(world);
    const { facets } = await find(word, { facets: "type" });
    expect(JSON.stringify(facets)).toMatch(/agent.*1|1.*agent/);
    const one = await find(word, { limit: 1 });
    const two = await unwrap(world.anonymous.search.unifiedSearch({ q: word, limit: 1, cursor: one.nextCursor ?? "" }));
    const seen = [...one.hits, ...two.hits].map(({ id }) => id);
    expect([seen.sort(), two.nextCursor]).toEqual([["greeter", "welcome"], undefined]);
    const wrong = await world.anonymous.search.unifiedSearch({ q: owner.tenant, cursor: one.nextCursor ?? "" });
    refused(wrong, 400, "cursor_invalid");
  }),

  check("what is disabled, and no longer public, leaves the index with its change", async (world) => {
    const { owner, word } = await withNames(world);
    const set = await owner.registry.setAgentStatus({
      agentId: "greeter",
      body: { status: "disabled", reason: "testing" },
    });
    const asked = { q: word, type: ["agent" as const], min_change: changeOf(set) };
    expect(await unwrap(world.anonymous.search.unifiedSearch(asked))).toMatchObject({
      freshness: { satisfied: true },
      hits: [],
    });
  }),
];

const relating: Area["checks"] = [
  check("relations: what uses what, and what would break without a version", async (world) => {
    const { owner, word, find } = await withNames(world);
    await find(word);
    const asked = { type: "agent", id: "greeter", tenant: owner.tenant } as const;
    const { edges } = await unwrap(world.anonymous.search.getRelations({ ...asked, direction: "used-by" }));
    expect(edges).toMatchObject([{ from: { type: "template", id: "welcome" }, to: { id: "greeter" }, dead: false }]);
    const impact = () => unwrap(world.anonymous.search.getRelationImpact({ ...asked, version: "1.0.0" }));
    await expect
      .poll(impact, { timeout: 5_000 })
      .toMatchObject({ breaking: 1, dependents: [{ id: "welcome", breaks: true }] });
  }),

  check("before a version is withdrawn, the registry tells which templates lock it", async (world) => {
    const { owner } = await withNames(world);
    const body = { status: "deprecated", reason: "testing" } as const;
    const { impact } = await unwrap(owner.registry.setAgentStatus({ agentId: "greeter", body, dryRun: "true" }));
    expect(impact.templates.status).toBe("known");
    expect(JSON.stringify(impact.templates)).toContain("welcome");
  }),

  check("no query is an error: what cannot be read is searched as words", async (world) => {
    for (const q of ['"open', "type:nothing", "rating:>=x", "((", "a".repeat(600), "-", "or or or"]) {
      const { status, body } = (await world.anonymous.search.unifiedSearch({ q })) as { status: number; body?: object };
      expect([q, status, Object.keys(body ?? {}).includes("warnings")]).toEqual([q, 200, true]);
    }
  }),
];

/** What search promises. */
export const searching: Area = { name: "search and relations", checks: [...finding, ...relating] };
