import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import type { MarketplaceClient } from "./marketplace.ts";
import { named, raters, templateId, withPublicTemplate } from "./ratings.ts";
import { workflow } from "./templates.ts";

type Query = Parameters<MarketplaceClient["listRatings"]>[0];

const all = async (client: MarketplaceClient, query: Partial<Query> = {}) => {
  const found: Awaited<ReturnType<typeof page>>["ratings"] = [];
  const page = (cursor: string | undefined) =>
    unwrap(client.listRatings({ ...named, limit: 2, ...query, ...(cursor && { cursor }) }));
  let cursor: string | undefined;
  do {
    const next = await page(cursor);
    found.push(...next.ratings);
    cursor = next.nextCursor;
  } while (cursor);
  return found;
};

const withRatings = async () => {
  const made = await withPublicTemplate();
  const people = await raters(made.world, 5);
  for (const [index, person] of people.entries()) {
    await unwrap(person.rateTemplate({ ...named, body: { rating: index + 1, comment: `Number ${index + 1}.` } }));
  }
  return { ...made, people };
};

describe("listRatings", () => {
  it("200: pages of all, latest changed first, each once", async () => {
    const { world, people } = await withRatings();
    expect((await all(world.anonymous)).map(({ rating }) => rating)).toEqual([5, 4, 3, 2, 1]);
    await people[1]?.rateTemplate({ ...named, body: { rating: 5 } });
    const found = await all(world.anonymous);
    expect(found.map(({ comment }) => comment)).toEqual([
      undefined,
      "Number 5.",
      "Number 4.",
      "Number 3.",
      "Number 1.",
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it("200: by version and by stars, also both", async () => {
    const { author, world, people } = await withRatings();
    await unwrap(author.publishTemplate({ body: workflow({ version: "2.0.0" }) }));
    await people[0]?.rateTemplate({ ...named, body: { rating: 5 } });
    expect((await all(world.anonymous, { stars: 5 })).map(({ version }) => version)).toEqual(["2.0.0", "1.0.0"]);
    expect(await all(world.anonymous, { version: "1.0.0" })).toHaveLength(4);
    expect(await all(world.anonymous, { version: "1.0.0", stars: 5 })).toHaveLength(1);
    expect(await all(world.anonymous, { version: "9.0.0" })).toEqual([]);
  });

  it("200: who rated is told within the rater's tenant only, also not to the template's", async () => {
    const { author, bob, world } = await withRatings();
    for (const reader of [author, world.anonymous]) {
      const found = await all(reader);
      expect(found).toHaveLength(5);
      expect(JSON.stringify(found)).not.toMatch(/globex|initech|umbrella|token:/);
    }
    const told = (await all(bob)).map(({ rating, by }) => [rating, by?.tenant]);
    expect(told).toEqual([
      [5, undefined],
      [4, "globex"],
      [3, undefined],
      [2, undefined],
      [1, "globex"],
    ]);
  });

  it("404 template_not_found: nobody sees ratings of what they may not see, also not those of their tenant", async () => {
    const { author, bob, world } = await withRatings();
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "private" }));
    expect(await bob.listRatings(named)).toBeProblem(404, "template_not_found");
    expect(await world.anonymous.listRatings(named)).toBeProblem(404, "template_not_found");
    expect((await unwrap(author.listRatings({ templateId }))).ratings).toHaveLength(5);
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "public" }));
    expect((await unwrap(bob.listRatings(named))).ratings).toHaveLength(5);
  });

  it("400: stars that nobody gives, and cursors of another list", async () => {
    const { world } = await withRatings();
    expect(await world.anonymous.listRatings({ ...named, stars: 6 })).toBeProblem(400, "request_invalid");
    const { nextCursor = "" } = await unwrap(world.anonymous.listRatings({ ...named, limit: 2 }));
    const elsewhere = await world.anonymous.listRatings({ ...named, stars: 5, cursor: nextCursor });
    expect(elsewhere).toBeProblem(400, "cursor_invalid");
    const list = JSON.parse(Buffer.from(nextCursor, "base64url").toString()) as [string, object];
    const year0 = [list[0], { ...list[1], at: "0000-01-01T00:00:00.000Z" }];
    const cursor = Buffer.from(JSON.stringify(year0)).toString("base64url");
    expect(await world.anonymous.listRatings({ ...named, cursor })).toBeProblem(400, "cursor_invalid");
  });
});
