import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { newPrompt, withPrompt } from "./prompts.ts";
import { prompt, workflow } from "./templates.ts";

const names = ["Daily Focus Coach", "Meeting Prep Companion", "Campaign Tracker Digest"];

describe("listBuilderTemplates", () => {
  it("200: the seeds where nothing is, once, however many ask at once; by the system, audited and in the feed", async () => {
    const { as, person, database } = await marketplace();
    const reader = as(await person("viewer", "acme"));
    const answers = await Promise.all(Array.from({ length: 8 }, () => unwrap(reader.listBuilderTemplates())));
    for (const { templates } of answers) expect(templates.map(({ name }) => name)).toEqual(names);
    expect(new Set(answers.flatMap(({ templates }) => templates.map(({ id }) => id))).size).toBe(3);
    const audit = await database.query(
      "SELECT DISTINCT actor, action FROM marketplace.audit_log WHERE tenant_id = 'acme'",
    );
    expect(audit).toEqual([{ actor: "system", action: "template.version_published" }]);
  });

  it("200: one's own tenant's prompts only, the latest changed first; no seeds where there is one", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world);
    const other = await unwrap(
      client.createBuilderTemplate({ body: { ...(await unwrap(client.getBuilderTemplate({ id }))), name: "Two" } }),
    );
    await unwrap(client.updateBuilderTemplate({ id, body: { description: "now" } }));
    const { templates } = await unwrap(client.listBuilderTemplates());
    expect(templates.map((template) => template.id)).toEqual([id, other.id]);
    const stranger = world.as(await world.person("viewer"));
    expect((await unwrap(stranger.listBuilderTemplates())).templates.map(({ name }) => name)).toEqual(names);
  });

  it("200: with filters as in the marketplace, but the tenant's own prompts only, and no disabled ones", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world, { name: "Review Coach" });
    const other = await unwrap(client.createBuilderTemplate({ body: newPrompt({ name: "Draft Writer" }) }));
    const body = prompt({ templateId: "planner", name: "Planner", tags: ["planning"], category: "work" });
    await unwrap(client.publishTemplate({ body, visibility: "public" }));
    await unwrap(client.publishTemplate({ body: workflow({ name: "Coach of none" }) }));
    const stranger = world.as(await world.person("publisher"));
    await unwrap(stranger.publishTemplate({ body: prompt({ name: "Other coach" }), visibility: "public" }));
    await unwrap(
      client.deployBuilderTemplate({ id, body: { environment: "production", channel: "slack", enabled: true } }),
    );
    const idsOf = async (query: Parameters<typeof client.listBuilderTemplates>[0]) =>
      (await unwrap(client.listBuilderTemplates(query))).templates.map((template) => template.id);
    expect(await idsOf({ search: "coach" })).toEqual([id]);
    expect(await idsOf({ tag: "planning" })).toEqual(["planner"]);
    expect(await idsOf({ category: "work", status: "active" })).toEqual(["planner"]);
    expect(await idsOf({ environment: "production" })).toEqual([id]);
    expect(await idsOf({ sort: "name" })).toEqual([other.id, "planner", id]);
    await world.database.query("UPDATE marketplace.templates SET status = 'disabled' WHERE template_id = 'planner'");
    expect(await idsOf({ sort: "name" })).toEqual([other.id, id]);
    expect(await idsOf({ status: ["disabled", "deprecated"] })).toEqual([]);
    const counted = await unwrap(client.listBuilderTemplates({ facets: "kind,status,environment" }));
    expect(counted).toMatchObject({
      total: 2,
      facets: {
        kind: [{ value: "prompt", count: 2 }],
        status: [{ value: "active", count: 2 }],
        environment: [{ value: "production", count: 1 }],
      },
    });
  });

  it("200: in the order of ratings, the unrated ones last, or with a least mean only, page by page", async () => {
    const world = await marketplace();
    const author = world.as(await world.person("publisher", "acme"));
    const bob = world.as(await world.person("publisher", "globex"));
    const stars = { good: 5, bad: 1, fair: 3, unrated: 0 };
    for (const [templateId, rating] of Object.entries(stars)) {
      await unwrap(author.publishTemplate({ body: prompt({ templateId }), visibility: "public" }));
      if (rating > 0) await unwrap(bob.rateTemplate({ templateId, tenant: "acme", body: { rating } }));
    }
    const listed = async (query: Parameters<typeof author.listBuilderTemplates>[0]) => {
      const first = await unwrap(author.listBuilderTemplates({ limit: 2, ...query }));
      const { nextCursor: cursor } = first;
      const rest = cursor ? await unwrap(author.listBuilderTemplates({ limit: 2, ...query, cursor })) : undefined;
      return [...first.templates, ...(rest?.templates ?? [])].map(({ id }) => id);
    };
    expect(await listed({ sort: "rating" })).toEqual(["good", "fair", "bad", "unrated"]);
    expect(await listed({ sort: "rating", minRating: 1 })).toEqual(["good", "fair", "bad"]);
    expect(await listed({ sort: "name", minRating: 3 })).toEqual(["fair", "good"]);
    expect((await unwrap(author.listBuilderTemplates({ minRating: 3, facets: "kind" }))).total).toBe(2);
    for (const minRating of [0, 5.1]) {
      expect(await author.listBuilderTemplates({ minRating })).toBeProblem(400, "request_invalid");
    }
  });

  it("200: pages with limit or cursor show each prompt as the whole list does; without, there is no cursor", async () => {
    const world = await marketplace();
    const { client } = await withPrompt(world);
    for (const name of ["B", "C", "D", "E"]) await unwrap(client.createBuilderTemplate({ body: newPrompt({ name }) }));
    const whole = await unwrap(client.listBuilderTemplates());
    expect(Object.keys(whole)).toEqual(["templates"]);
    expect(await unwrap(client.listBuilderTemplates({ sort: "recent" }))).toEqual(whole);
    const { templates: first, nextCursor = "" } = await unwrap(client.listBuilderTemplates({ limit: 2 }));
    const { templates: rest, nextCursor: end } = await unwrap(client.listBuilderTemplates({ cursor: nextCursor }));
    expect([...first, ...rest]).toEqual(whole.templates);
    expect(end).toBeUndefined();
    expect(await client.listTemplates({ cursor: nextCursor })).toBeProblem(400, "cursor_invalid");
    expect(await client.listBuilderTemplates({ cursor: nextCursor, sort: "name" })).toBeProblem(400, "cursor_invalid");
    expect(await client.listBuilderTemplates({ limit: 0 })).toBeProblem(400, "request_invalid");
  });

  it("200: whoever begins with a filter finds the seeds", async () => {
    const world = await marketplace();
    const reader = world.as(await world.person("viewer"));
    const { templates } = await unwrap(reader.listBuilderTemplates({ search: "meeting" }));
    expect(templates.map(({ name }) => name)).toEqual(["Meeting Prep Companion"]);
    expect((await unwrap(reader.listBuilderTemplates())).templates.map(({ name }) => name)).toEqual(names);
  });
});
