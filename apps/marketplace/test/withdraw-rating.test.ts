import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { named, ratingChanges, templateId, withPublicTemplate, written } from "./ratings.ts";

describe("withdrawRating", () => {
  it("200: what the rating was, and the totals without it; unrated is not rated 0", async () => {
    const { world, bob } = await withPublicTemplate();
    const { rating } = await unwrap(bob.rateTemplate({ ...named, body: { rating: 4 } }));
    const withdrawn = await bob.withdrawRating(named);
    expect(await unwrap(Promise.resolve(withdrawn))).toEqual({
      rating,
      totals: { count: 0, histogram: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 } },
    });
    const { template } = await unwrap(world.anonymous.getTemplate(named));
    expect(template).not.toHaveProperty("ratingAverage");
    expect(template).toMatchObject({ ratingCount: 0, rating: { count: 0, byVersion: [] } });
    expect(await bob.getMyRating(named)).toBeProblem(404, "rating_not_found");
    const changes = await ratingChanges(world.anonymous, withdrawn.headers.get("nofx-change"));
    expect(changes.map(({ type, tenant }) => [type, tenant])).toEqual([
      ["template.rated", "acme"],
      ["template.rating_withdrawn", "acme"],
    ]);
  });

  it("201: who has withdrawn may rate again", async () => {
    const { world, bob } = await withPublicTemplate();
    await unwrap(bob.rateTemplate({ ...named, body: { rating: 4 } }));
    await unwrap(bob.withdrawRating(named));
    expect((await bob.rateTemplate({ ...named, body: { rating: 4 } })).status).toBe(201);
    expect(await written(world)).toEqual({ ratings: 1, entries: 3, changes: 3 });
  });

  it("404 rating_not_found and template_not_found: a colleague's rating stays", async () => {
    const { world, author, bob } = await withPublicTemplate();
    await unwrap(bob.rateTemplate({ ...named, body: { rating: 4 } }));
    const colleague = world.as(await world.person("publisher", "globex"));
    expect(await colleague.withdrawRating(named)).toBeProblem(404, "rating_not_found");
    expect(await author.withdrawRating({ templateId })).toBeProblem(404, "rating_not_found");
    expect(await bob.withdrawRating({ templateId })).toBeProblem(404, "template_not_found");
    expect((await written(world))?.ratings).toBe(1);
  });

  it("401 and 403: not without a token or the scope", async () => {
    const { world } = await withPublicTemplate();
    expect(await world.anonymous.withdrawRating(named)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "globex"));
    expect(await viewer.withdrawRating(named)).toBeProblem(403, "forbidden");
  });
});
