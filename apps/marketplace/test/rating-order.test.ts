import { unwrap } from "@nofx/client";
import type { TemplateSummary } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
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

it("lists by rating go by the Bayesian mean that each template shows, page by page, unrated ones last", async () => {
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

  const listed = async (client: MarketplaceClient) => {
    const found: TemplateSummary[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(client.listTemplates({ sort: "rating", limit: 2, ...(cursor && { cursor }) }));
      found.push(...page.templates);
      cursor = page.nextCursor;
    } while (cursor);
    return found.map((template) => template.templateId);
  };
  const own = await listed(author);
  expect(own).toEqual(["loved", "lucky", "mixed", "plain", "hidden", "poor", "unrated"]);
  const means: number[] = [];
  for (const templateId of own) {
    const { template } = await unwrap(author.getTemplate({ templateId }));
    if (template.rating.bayesian !== undefined && template.rating.count > 0) means.push(template.rating.bayesian);
  }
  expect(means).toEqual(means.toSorted((one, other) => other - one));
  expect(await listed(people[0] as MarketplaceClient)).toEqual(own.filter((templateId) => templateId !== "hidden"));
});
