import { unwrap } from "@nofx/client";
import { readInTenant } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import { expect, it } from "vitest";
import { ratingScores } from "../src/ratings/rating-order.store.ts";
import { marketplace } from "./marketplace.ts";
import { raters } from "./ratings.ts";
import { workflow } from "./templates.ts";

const templates = [
  { templateId: "loved", category: "writing", stars: [5, 5, 5, 5, 4] },
  { templateId: "lucky", category: "writing", stars: [5] },
  { templateId: "mixed", category: "writing", stars: [2, 3, 2] },
  { templateId: "poor", category: "planning", stars: [1, 2] },
  { templateId: "plain", category: undefined, stars: [4, 4] },
  { templateId: "hidden", category: "secrets", stars: [2, 3] },
  { templateId: "unrated", category: "writing", stars: [] },
];

it("lists by rating go by the Bayesian mean that each template shows, page by page, unrated ones apart", async () => {
  const world = await marketplace();
  const author = world.as(await world.person("admin", "acme"));
  const people = await raters(world, 5);
  for (const { templateId, category, stars } of templates) {
    const { category: _, ...rest } = workflow({ templateId });
    await unwrap(author.publishTemplate({ body: { ...rest, ...(category && { category }) }, visibility: "public" }));
    for (const [index, rating] of stars.entries()) {
      await people[index]?.rateTemplate({ templateId, tenant: "acme", body: { rating } });
    }
  }
  const hidden = workflow({ templateId: "hidden", category: "secrets" });
  await unwrap(author.publishTemplate({ body: hidden, visibility: "private" }));

  const listed = async (tenantId: string) => {
    const scope = { tenantId, subject: "somebody", role: "member" } as const;
    const found: { template_id: string; average: number; score: number }[] = [];
    for (let more = true; more; ) {
      const last = found.at(-1);
      const after = last ? sql`WHERE (score, template_id) < (${last.score}, ${last.template_id})` : sql``;
      const page = sql<(typeof found)[number]>`
        SELECT * FROM (${ratingScores}) s ${after} ORDER BY score DESC, template_id DESC LIMIT 2`;
      const rows = await readInTenant(world.deps.db, scope, (query) => ({
        compile: () => page.compile(query as Kysely<unknown>),
      }));
      found.push(...rows);
      more = rows.length > 0;
    }
    return found;
  };
  const own = await listed("acme");
  expect(own.map(({ template_id }) => template_id)).toEqual(["loved", "lucky", "mixed", "plain", "hidden", "poor"]);
  for (const { template_id, average, score } of own) {
    const { template } = await unwrap(author.getTemplate({ templateId: template_id }));
    expect([average, score]).toEqual([template.rating.average, template.rating.bayesian]);
  }
  expect(await listed("globex")).toEqual(own.filter(({ template_id }) => template_id !== "hidden"));
});
