import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { named, ratingChanges, templateId, withPublicTemplate, written } from "./ratings.ts";
import { workflow } from "./templates.ts";

const five = { ...named, body: { rating: 5, comment: " Reads well. " } };

describe("rateTemplate", () => {
  it("201: the first rating, counted already, of the current version", async () => {
    const { world, bob } = await withPublicTemplate();
    const rated = await bob.rateTemplate(five);
    expect(rated).toMatchObject({
      status: 201,
      body: {
        rating: { ...named, version: "1.0.0", rating: 5, comment: "Reads well." },
        totals: { average: 5, count: 1, bayesian: 5, histogram: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 1 } },
      },
    });
    const { template } = await unwrap(world.anonymous.getTemplate(named));
    expect(template).toMatchObject({ ratingAverage: 5, ratingCount: 1 });
    expect(template.rating).toEqual({
      ...(await unwrap(bob.rateTemplate(five))).totals,
      byVersion: [{ version: "1.0.0", average: 5, count: 1 }],
    });
  });

  it("200: another one takes its place, version and comment included, and is later than it", async () => {
    const { author, bob, world } = await withPublicTemplate();
    const first = await unwrap(bob.rateTemplate(five));
    await unwrap(author.publishTemplate({ body: workflow({ version: "1.1.0" }) }));
    const second = await bob.rateTemplate({ ...named, body: { rating: 2 } });
    expect(second.status).toBe(200);
    const { rating, totals } = await unwrap(Promise.resolve(second));
    expect(rating).toEqual({
      ...named,
      version: "1.1.0",
      rating: 2,
      createdAt: first.rating.createdAt,
      updatedAt: rating.updatedAt,
    });
    expect(Date.parse(rating.updatedAt)).toBeGreaterThan(Date.parse(first.rating.updatedAt));
    expect(totals).toMatchObject({ average: 2, count: 1, histogram: { 2: 1, 5: 0 } });
    const { template } = await unwrap(world.anonymous.getTemplate(named));
    expect(template.rating.byVersion).toEqual([{ version: "1.1.0", average: 2, count: 1 }]);
  });

  it("200: the same again, or without a comment as an empty one, changes nothing and is no event", async () => {
    const { world, bob } = await withPublicTemplate();
    const order = { ...named, body: { rating: 4, version: "1.0.0" } };
    const first = await bob.rateTemplate(order);
    for (const comment of [undefined, "", "  "]) {
      const again = await bob.rateTemplate({
        ...named,
        body: { rating: 4, ...(comment !== undefined && { comment }) },
      });
      expect(again.status).toBe(200);
      expect(await unwrap(Promise.resolve(again))).toEqual(await unwrap(Promise.resolve(first)));
      expect(again.headers.get("nofx-change")).toBeNull();
    }
    expect(await written(world)).toEqual({ ratings: 1, entries: 1, changes: 1 });
  });

  it("201: any released version may be rated, also one that is archived", async () => {
    const { world, author, bob } = await withPublicTemplate();
    await unwrap(author.publishTemplate({ body: workflow({ version: "2.0.0" }) }));
    await world.database.query("UPDATE marketplace.template_versions SET status = 'archived' WHERE version = '1.0.0'");
    expect(await bob.rateTemplate({ ...named, body: { rating: 3, version: "1.0.0" } })).toMatchObject({
      status: 201,
      body: { rating: { version: "1.0.0" } },
    });
  });

  it("403 own_template: nobody rates templates of their own tenant, whoever published them", async () => {
    const { world, author } = await withPublicTemplate();
    const colleague = world.as(await world.person("publisher", "acme"));
    for (const member of [author, colleague]) {
      expect(await member.rateTemplate(five)).toBeProblem(403, "own_template");
      expect(await member.rateTemplate({ templateId, body: { rating: 5 } })).toBeProblem(403, "own_template");
    }
    expect(await written(world)).toEqual({ ratings: 0, entries: 0, changes: 0 });
  });

  it("404 template_not_found: what is private or disabled now, whoever has rated it before", async () => {
    const { world, author, bob } = await withPublicTemplate();
    await unwrap(bob.rateTemplate(five));
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "private" }));
    expect(await bob.rateTemplate(five)).toBeProblem(404, "template_not_found");
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "public" }));
    await world.database.query("UPDATE marketplace.templates SET status = 'disabled'");
    expect(await bob.rateTemplate(five)).toBeProblem(404, "template_not_found");
    expect(await bob.rateTemplate({ templateId, body: { rating: 5 } })).toBeProblem(404, "template_not_found");
    // The ratings are still there, for the template's tenant.
    expect((await unwrap(author.getTemplate({ templateId }))).template.ratingCount).toBe(1);
  });

  it("404 version_not_found: versions that nobody knows, drafts, and other builds of a version", async () => {
    const { author, bob } = await withPublicTemplate();
    await unwrap(author.publishTemplate({ body: workflow({ version: "3.0.0" }), draft: "true" }));
    for (const version of ["9.9.9", "3.0.0", "1.0.0+build"]) {
      expect(await bob.rateTemplate({ ...named, body: { rating: 5, version } })).toBeProblem(404, "version_not_found");
    }
  });

  it.each([
    ["no stars", {}],
    ["0 stars", { rating: 0 }],
    ["6 stars", { rating: 6 }],
    ["half a star", { rating: 4.5 }],
    ["stars as text", { rating: "5" }],
    ["a comment of 501 characters", { rating: 5, comment: "x".repeat(501) }],
  ])("400 request_invalid: %s", async (_what, body) => {
    const { world, bob } = await withPublicTemplate();
    expect(await bob.rateTemplate({ ...named, body: body as { rating: number } })).toBeProblem(400, "request_invalid");
    expect((await written(world))?.ratings).toBe(0);
  });

  it("401 and 403: not without a token or the scope", async () => {
    const { world } = await withPublicTemplate();
    expect(await world.anonymous.rateTemplate(five)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "globex"));
    expect(await viewer.rateTemplate(five)).toBeProblem(403, "forbidden");
  });

  it("the same Idempotency-Key rates once, and answers the same again", async () => {
    const { world, bob } = await withPublicTemplate();
    const first = await bob.rateTemplate(five, { idempotencyKey: "k" });
    await unwrap(bob.rateTemplate({ ...named, body: { rating: 1 } }));
    const again = await bob.rateTemplate(five, { idempotencyKey: "k" });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await unwrap(world.anonymous.getTemplate(named))).template.ratingAverage).toBe(1);
  });

  it("everybody who may read the template learns what its ratings add up to, and nobody who rated how", async () => {
    const { world, bob } = await withPublicTemplate();
    const rated = await bob.rateTemplate(five);
    const changeId = rated.headers.get("nofx-change");
    const { totals } = await unwrap(Promise.resolve(rated));
    const [change, ...more] = await ratingChanges(world.anonymous, changeId);
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      id: changeId,
      tenant: "acme",
      resourceType: "template",
      resourceId: templateId,
      type: "template.rated",
      version: "1.0.0",
      data: { kind: "workflow", currentVersion: "1.0.0", visibility: "public", rating: totals },
    });
    expect(JSON.stringify(change)).not.toMatch(/globex|token:|Reads well/);
    await unwrap(bob.rateTemplate({ ...named, body: { rating: 1 } }));
    const entries = await world.database.query(
      "SELECT tenant_id, action, resource_id, version, details, change_id FROM marketplace.audit_log WHERE action = 'template.rated' ORDER BY id",
    );
    const entry = { tenant_id: "globex", action: "template.rated", resource_id: templateId, version: "1.0.0" };
    expect(entries).toMatchObject([
      { ...entry, details: { tenant: "acme", rating: 5 }, change_id: changeId },
      { ...entry, details: { tenant: "acme", rating: 1, from: 5 } },
    ]);
  });

  it("the ETag of the template changes, and is still good as If-Match", async () => {
    const { author, bob } = await withPublicTemplate();
    await unwrap(author.publishTemplate({ body: workflow({ version: "1.1.0" }) }));
    const ifMatch = (await author.getTemplate({ templateId })).headers.get("etag") ?? "";
    await unwrap(bob.rateTemplate(five));
    expect((await author.getTemplate({ templateId }, { ifNoneMatch: ifMatch })).status).toBe(200);
    const body = { targetVersion: "1.0.0", reason: "testing" };
    const { template } = await unwrap(author.rollbackTemplate({ templateId, body }, { ifMatch }));
    expect(template).toMatchObject({ ratingAverage: 5, rating: { count: 1, byVersion: [{ version: "1.1.0" }] } });
  });
});
