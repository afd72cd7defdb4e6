import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { named, templateId, withPublicTemplate } from "./ratings.ts";
import { workflow } from "./templates.ts";

describe("getMyRating", () => {
  it("200: one's own, not that of a colleague", async () => {
    const { world, bob } = await withPublicTemplate();
    const { rating } = await unwrap(bob.rateTemplate({ ...named, body: { rating: 4, comment: "Good." } }));
    expect(await unwrap(bob.getMyRating(named))).toEqual({ rating });
    const colleague = world.as(await world.person("publisher", "globex"));
    expect(await colleague.getMyRating(named)).toBeProblem(404, "rating_not_found");
  });

  it("404 rating_not_found and template_not_found: also of what one has rated and may not see any more", async () => {
    const { author, bob } = await withPublicTemplate();
    expect(await author.getMyRating({ templateId })).toBeProblem(404, "rating_not_found");
    await unwrap(bob.rateTemplate({ ...named, body: { rating: 4 } }));
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "private" }));
    expect(await bob.getMyRating(named)).toBeProblem(404, "template_not_found");
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "public" }));
    expect((await unwrap(bob.getMyRating(named))).rating.rating).toBe(4);
  });

  it("401 unauthenticated: nobody in particular has no rating", async () => {
    const { world } = await withPublicTemplate();
    expect(await world.anonymous.getMyRating(named)).toBeProblem(401, "unauthenticated");
  });
});
