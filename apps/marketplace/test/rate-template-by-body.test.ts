import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { named, templateId, withPublicTemplate, written } from "./ratings.ts";

const five = { body: { ...named, rating: 5, comment: "Reads well." } };

describe("rateTemplateByBody", () => {
  it("201: the mean and the number of ratings, also when the same or another one comes again", async () => {
    const { world, bob } = await withPublicTemplate();
    const answered = { status: 201, body: { rating: { averageRating: 5, ratingCount: 1 } } };
    expect(await bob.rateTemplateByBody(five)).toMatchObject(answered);
    expect(await bob.rateTemplateByBody(five)).toMatchObject(answered);
    const carol = world.as(await world.person("publisher", "globex"));
    expect(await carol.rateTemplateByBody({ body: { ...named, rating: 2 } })).toMatchObject({
      status: 201,
      body: { rating: { averageRating: 3.5, ratingCount: 2 } },
    });
    expect(await written(world)).toEqual({ ratings: 2, entries: 2, changes: 2 });
  });

  it("201: who rates follows from the token, whatever the body says", async () => {
    const { world, bob } = await withPublicTemplate();
    const body = { ...five.body, submittedBy: "somebody-else", version: "1.0.0" };
    await unwrap(bob.rateTemplateByBody({ body }));
    expect((await unwrap(bob.getMyRating(named))).rating).toMatchObject({ rating: 5, comment: "Reads well." });
    const [row] = await world.database.query("SELECT tenant_id, subject FROM marketplace.template_ratings");
    expect(row).toEqual({ tenant_id: "globex", subject: expect.stringMatching(/^token:/) });
  });

  it("403 own_template; 404 template_not_found and version_not_found", async () => {
    const { author, bob } = await withPublicTemplate();
    expect(await author.rateTemplateByBody({ body: { templateId, rating: 5 } })).toBeProblem(403, "own_template");
    const unnamed = await bob.rateTemplateByBody({ body: { templateId, rating: 5 } });
    expect(unnamed).toBeProblem(404, "template_not_found");
    const unknown = await bob.rateTemplateByBody({ body: { ...named, rating: 5, version: "9.9.9" } });
    expect(unknown).toBeProblem(404, "version_not_found");
  });

  it("400, 401 and 403: not without stars, a token, or the scope", async () => {
    const { world, bob } = await withPublicTemplate();
    expect(await bob.rateTemplateByBody({ body: { ...named, rating: 7 } })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.rateTemplateByBody(five)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "globex"));
    expect(await viewer.rateTemplateByBody(five)).toBeProblem(403, "forbidden");
  });

  it("the same Idempotency-Key rates once", async () => {
    const { world, bob } = await withPublicTemplate();
    await unwrap(bob.rateTemplateByBody(five, { idempotencyKey: "k" }));
    const again = await bob.rateTemplateByBody(five, { idempotencyKey: "k" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.status).toBe(201);
    expect(await written(world)).toEqual({ ratings: 1, entries: 1, changes: 1 });
  });
});
