import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { agentDocument, indexedForAll, put, templateDocument } from "./indexed.ts";
import type { World } from "./world.ts";

const review = agentDocument({
  id: "code-review",
  name: "Code Review",
  description: "Reviews pull requests before they are merged",
  tags: ["review", "engineering"],
  capabilities: ["code-review"],
  author: "Ada Lovelace",
  license: "MIT",
  category: "code-quality",
  categories: ["code-quality", "engineering-work"],
  ratingAverage: 4.5,
  ratingBayesian: 4.1,
  ratingCount: 9,
  usage30d: 120,
  success: 0.9,
});
const gate = templateDocument({
  id: "pull-request-gate",
  name: "Pull Request Gate",
  description: "Lets nothing through that was not reviewed",
  tags: ["review"],
  agents: ["acme/code-review"],
  category: "engineering-work",
  categories: ["engineering-work"],
  license: "Apache-2.0",
});
const mailer = agentDocument({
  id: "email-drafter",
  name: "Email Drafter",
  description: "Writes <b>polite</b> mail",
  tags: ["writing"],
  tenant: "globex",
  status: "deprecated",
});

describe("unifiedSearch", () => {
  const world = indexedForAll([review, gate, mailer]);
  const ask = async (query: Parameters<World["anonymous"]["unifiedSearch"]>[0]) =>
    unwrap(world().anonymous.unifiedSearch(query));
  const found = async (query: Parameters<World["anonymous"]["unifiedSearch"]>[0]) =>
    (await ask(query)).hits.map(({ id }) => id);

  it("200: finds agents and templates with everything that a list of them needs", async () => {
    const { hits, total, warnings, freshness, didYouMean, nextCursor, facets } = await ask({ q: "code review" });
    expect(hits[0]).toMatchObject({
      type: "agent",
      tenant: "acme",
      id: "code-review",
      name: "Code Review",
      description: "Reviews pull requests before they are merged",
      currentVersion: "1.0.0",
      status: "active",
      visibility: "public",
      category: "code-quality",
      tags: ["review", "engineering"],
      capabilities: ["code-review"],
      agents: [],
      author: "Ada Lovelace",
      license: "MIT",
      ratingAverage: 4.5,
      ratingCount: 9,
      usage30d: 120,
      success: 0.9,
      updatedAt: "2026-11-20T12:00:00.000Z",
      url: "/api/agents/code-review?tenant=acme",
    });
    expect(hits[0]).not.toHaveProperty("explain");
    const matched = hits[0]?.highlights.flatMap(({ parts }) => parts.filter(({ match }) => match));
    expect(matched?.map(({ text }) => text.toLowerCase())).toContain("review");
    expect(total).toEqual({ value: hits.length, relation: "eq" });
    expect([warnings, didYouMean, nextCursor, facets]).toEqual([[], undefined, undefined, undefined]);
    expect(freshness.satisfied).toBe(true);
    expect(freshness.sources.map(({ source }) => source).sort()).toEqual(["marketplace", "registry"]);
  });

  it("200: typos are searched for as what is there, and the answer says as what", async () => {
    const { hits, didYouMean } = await ask({ q: "type:agent Reveiw pull requst" });
    expect(hits[0]?.id).toBe("code-review");
    expect(didYouMean).toBe("type:agent review pull request");
  });

  it("200: parameters and fields of the query are conditions alike, and contradictory ones find nothing", async () => {
    expect(await found({ q: "type:template agent:code-review" })).toEqual(["pull-request-gate"]);
    expect(await found({ type: "template", agent: "acme/code-review" })).toEqual(["pull-request-gate"]);
    expect(await found({ agent: "globex/code-review" })).toEqual([]);
    expect(await found({ q: "review tag:Review", tag: ["engineering"] })).toEqual(["code-review"]);
    expect((await found({ category: "engineering-work" })).sort()).toEqual(["code-review", "pull-request-gate"]);
    expect(await found({ category: "code-quality" })).toEqual(["code-review"]);
    expect((await found({ license: ["MIT", "Apache-2.0"] })).sort()).toEqual(["code-review", "pull-request-gate"]);
    expect(await found({ author: "Ada Lovelace", capability: "code-review" })).toEqual(["code-review"]);
    expect(await found({ tenant: "globex" })).toEqual(["email-drafter"]);
    expect(await found({ status: "deprecated" })).toEqual(["email-drafter"]);
    expect(await found({ minRating: 4 })).toEqual(["code-review"]);
    const contradictory = await ask({ q: "type:template", type: "agent", facets: "type" });
    expect([contradictory.hits, contradictory.total]).toEqual([[], { value: 0, relation: "eq" }]);
  });

  it("200: what cannot be read is searched as words, and warnings say so", async () => {
    const { warnings } = await ask({ q: `rating:good color:red "open ${"x".repeat(600)}` });
    expect(warnings.map(({ code }) => code).sort()).toEqual([
      "field_unknown",
      "filter_unreadable",
      "query_cut",
      "quote_open",
    ]);
  });

  it("200: counts by what it is asked to, each facet under all conditions but its own", async () => {
    const { facets } = await ask({ q: "review", type: "template", facets: "type,license,type" });
    expect(Object.keys(facets ?? {}).sort()).toEqual(["license", "type"]);
    expect([...(facets?.type ?? [])].sort((a, b) => a.value.localeCompare(b.value))).toEqual([
      { value: "agent", count: 1 },
      { value: "template", count: 1 },
    ]);
    expect(facets?.license).toEqual([{ value: "Apache-2.0", count: 1 }]);
  });

  it("200: explains scores when asked to", async () => {
    const { hits } = await ask({ q: "code review", explain: "true" });
    const parts = hits[0]?.explain ?? [];
    expect(parts.length).toBeGreaterThan(1);
    for (const { value, weight, score } of parts) expect(score).toBeCloseTo(value * weight, 6);
  });

  it("200: orders as asked", async () => {
    expect(await found({ sort: "name" })).toEqual(["code-review", "email-drafter", "pull-request-gate"]);
    expect((await found({ sort: "rating" }))[0]).toBe("code-review");
    expect((await found({ sort: "popular" }))[0]).toBe("code-review");
  });

  it("401 unauthenticated: a token that is not good finds nothing", async () => {
    expect(await world().client("nofx_unknown").unifiedSearch({ q: "review" })).toBeProblem(401, "unauthenticated");
  });

  it("200: the operator, who rebuilds the index, finds everything, what is private as well", async () => {
    const secret = agentDocument({ id: "secret-reviewer", tenant: "initech", visibility: "private" });
    const { operator, anonymous } = world();
    await put(world(), [secret]);
    const of = { q: "secret-reviewer" };
    expect((await unwrap(operator.unifiedSearch(of))).hits.map(({ id }) => id)).toEqual([secret.id]);
    expect((await unwrap(operator.suggestSearch({ q: "secret" }))).suggestions).toMatchObject([{ id: secret.id }]);
    expect((await unwrap(anonymous.unifiedSearch(of))).hits).toEqual([]);
    await put(world(), [], [secret]);
  });
});
