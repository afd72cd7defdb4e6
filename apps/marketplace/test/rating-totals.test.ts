import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { expectedRating, type ModelTemplate } from "./rating-model.ts";
import { named, raters, withPublicTemplate, written } from "./ratings.ts";
import { workflow } from "./templates.ts";

const raterCount = 8;
const templateIds = ["t-0", "t-1", "t-2", "t-3", "t-4"];
const categories = ["writing", "planning", "support", undefined];

const rater = fc.nat(raterCount - 1);
const template = fc.nat(templateIds.length - 1);
const rating = fc.integer({ min: 1, max: 5 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant("rate" as const), rater, template, rating, old: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("withdraw" as const), rater, template }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("move" as const), template, to: fc.constantFrom(...categories) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("show" as const), template, isPublic: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Somebody who acts on the service and on a model of it. */
const actor = (author: MarketplaceClient, people: readonly MarketplaceClient[], model: ModelTemplate[]) => {
  const publish = async (index: number, change: { category?: string | undefined; isPublic?: boolean }) => {
    const of = model[index] as ModelTemplate;
    const version = `1.${of.versions.length}.0`;
    Object.assign(of, change);
    of.versions.unshift(version);
    const { category: _, ...body } = workflow({ templateId: templateIds[index] ?? "", version });
    const visibility = of.isPublic ? "public" : "private";
    const published = { ...body, ...(of.category !== undefined && { category: of.category }) };
    await unwrap(author.publishTemplate({ body: published, visibility }));
  };
  const withdraw = async (of: ModelTemplate, who: number, address: typeof named): Promise<void> => {
    const { status } = await (people[who] as MarketplaceClient).withdrawRating(address);
    expect(status).toBe(of.isPublic && of.ratings.has(who) ? 200 : 404);
    if (of.isPublic) of.ratings.delete(who);
  };
  const rate = async (of: ModelTemplate, who: number, address: typeof named, rating: number, old: boolean) => {
    const version = (old ? of.versions.at(-1) : of.versions[0]) ?? "";
    const { status } = await (people[who] as MarketplaceClient).rateTemplate({ ...address, body: { rating, version } });
    const first = of.ratings.has(who) ? 200 : 201;
    expect(status).toBe(of.isPublic ? first : 404);
    if (of.isPublic) of.ratings.set(who, { rating, version });
  };
  const act = async (order: Step): Promise<void> => {
    const of = model[order.template] as ModelTemplate;
    const address = { ...named, templateId: templateIds[order.template] ?? "" };
    if (order.what === "move") await publish(order.template, { category: order.to });
    else if (order.what === "show") await publish(order.template, { isPublic: order.isPublic });
    else if (order.what === "withdraw") await withdraw(of, order.rater, address);
    else await rate(of, order.rater, address, order.rating, order.old);
  };
  return { publish, act };
};

const close = (value: number | undefined) => (value === undefined ? undefined : expect.closeTo(value, 9));

describe("the totals of ratings", () => {
  it("are what a count of all ratings gives, whatever was rated, withdrawn, moved and hidden in which order", async () => {
    const world = await marketplace();
    const author = world.as(await world.person("admin", "acme"));
    const people = await raters(world, raterCount);
    const model: ModelTemplate[] = templateIds.map((_, index) => ({
      category: categories[index % categories.length],
      isPublic: true,
      versions: [],
      ratings: new Map(),
    }));
    const { publish, act } = actor(author, people, model);
    for (const index of templateIds.keys()) await publish(index, {});
    const hold = async (steps: readonly Step[]): Promise<void> => {
      await world.database.query("DELETE FROM marketplace.template_ratings");
      for (const { ratings } of model) ratings.clear();
      for (const order of steps) await act(order);
      for (const [index, of] of model.entries()) {
        const shown = (await unwrap(author.getTemplate({ templateId: templateIds[index] ?? "" }))).template;
        const { average, bayesian, ...rest } = expectedRating(model, of);
        expect(shown.rating).toMatchObject(rest);
        expect([shown.rating.average, shown.rating.bayesian]).toEqual([close(average), close(bayesian)]);
        expect([shown.ratingAverage, shown.ratingCount]).toEqual([close(average), rest.count]);
      }
    };
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), hold);
    await fc.assert(property, { numRuns: 12 });
  }, 120_000);
});

/** What is kept, counted one by one. */
const counted = async ({ database }: TestMarketplace) =>
  await database.query<{ holds: boolean }>(`
    SELECT r.template_id, r.rating_count = count(s) AND r.rating_sum = coalesce(sum(s.rating), 0) AS holds
    FROM marketplace.template_rating_totals r
    LEFT JOIN marketplace.template_ratings s ON s.template_tenant = r.tenant_id AND s.template_id = r.template_id
    GROUP BY r.tenant_id, r.template_id ORDER BY r.template_id`);

describe("64 who rate at once", () => {
  it("one template, half of them for the second time, are all counted exactly, and none of them fails", async () => {
    const { world } = await withPublicTemplate();
    const people = await raters(world, 64);
    await Promise.all(people.slice(0, 32).map((person) => person.rateTemplate({ ...named, body: { rating: 1 } })));
    const rated = await Promise.all(
      people.map((person, index) => person.rateTemplate({ ...named, body: { rating: (index % 4) + 2 } })),
    );
    expect(rated.map(({ status }) => status)).toEqual(people.map((_, index) => (index < 32 ? 200 : 201)));
    const { template } = await unwrap(world.anonymous.getTemplate(named));
    expect(template.rating).toEqual({
      average: 3.5,
      count: 64,
      bayesian: 3.5,
      histogram: { 1: 0, 2: 16, 3: 16, 4: 16, 5: 16 },
      byVersion: [{ version: "1.0.0", average: 3.5, count: 64 }],
    });
    // Each saw totals that nobody else saw: they took their turns.
    const sums = rated.map((each) => each.ok && (each.body.totals.average ?? 0) * each.body.totals.count);
    expect(new Set(sums.map((sum) => Math.round(Number(sum)))).size).toBe(64);
    expect(await written(world)).toEqual({ ratings: 64, entries: 96, changes: 96 });
  }, 60_000);

  it("many templates of a category that move, appear and vanish meanwhile, never meet a deadlock", async () => {
    const { world, author } = await withPublicTemplate();
    const ids = Array.from({ length: 8 }, (_, index) => `many-${index}`);
    const publish = async (templateId: string, minor: number) => {
      const body = workflow({
        templateId,
        version: `1.${minor}.0`,
        category: minor % 2 === 0 ? "writing" : "planning",
      });
      return await author.publishTemplate({ body, visibility: minor % 3 === 2 ? "private" : "public" });
    };
    await Promise.all(ids.map((id) => publish(id, 0)));
    const people = await raters(world, 64);
    const statuses = await Promise.all([
      ...people.map(async (person, index) => {
        const seen: number[] = [];
        for (const turn of [0, 1, 2]) {
          const address = { templateId: ids[(index + turn) % ids.length] ?? "", tenant: "acme" };
          seen.push((await person.rateTemplate({ ...address, body: { rating: 1 + ((index + turn) % 5) } })).status);
          if (turn === 1 && index % 2 === 0) seen.push((await person.withdrawRating(address)).status);
        }
        return seen;
      }),
      ...ids.map(async (id) => {
        const seen: number[] = [];
        for (const minor of [1, 2, 3, 4]) seen.push((await publish(id, minor)).status);
        return seen;
      }),
    ]);
    const all = statuses.flat();
    expect(all.filter((status) => status >= 500)).toEqual([]);
    expect(all.filter((status) => status === 201).length).toBeGreaterThan(64);
    expect((await counted(world)).filter(({ holds }) => !holds)).toEqual([]);
    expect(
      await world.database.query(`
      SELECT t.template_id FROM marketplace.templates t JOIN marketplace.template_rating_totals r USING (tenant_id, template_id)
      WHERE r.category IS DISTINCT FROM t.category OR r.is_open IS DISTINCT FROM (t.visibility = 'public' AND t.status <> 'disabled')`),
    ).toEqual([]);
  }, 60_000);

  it("the same rating of one subject, sent 16 times at once, is one rating and one event", async () => {
    const { world, bob } = await withPublicTemplate();
    const order = { ...named, body: { rating: 5, comment: "Once." } };
    const rated = await Promise.all(Array.from({ length: 16 }, () => bob.rateTemplate(order)));
    expect(rated.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 15 }, () => 200), 201]);
    expect(await written(world)).toEqual({ ratings: 1, entries: 1, changes: 1 });
  });
});
