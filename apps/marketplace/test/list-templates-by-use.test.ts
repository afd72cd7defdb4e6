import { unwrap } from "@nofx/client";
import type { TemplateSort } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
import { counted, daysAgo, report, runs } from "./runs.ts";
import { workflow } from "./templates.ts";

/** Name → how often it succeeded and failed, and how many days ago. */
const used = {
  busy: { succeeded: 40, failed: 40, days: 5 },
  good: { succeeded: 30, failed: 0, days: 5 },
  fresh: { succeeded: 15, failed: 5, days: 0 },
  broken: { succeeded: 0, failed: 3, days: 1 },
  hidden: { succeeded: 9, failed: 0, days: 6 },
} as const;
const names = [...Object.keys(used), "unrun-b", "unrun-a"];

const listed = async (client: MarketplaceClient, sort: TemplateSort, more: object = {}): Promise<string[]> => {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listTemplates({ sort, limit: 2, ...more, ...(cursor && { cursor }) }));
    found.push(...page.templates.map(({ templateId }) => templateId));
    cursor = page.nextCursor;
  } while (cursor);
  return found;
};

it("lists by use go by what each order says, page by page, templates that were not run last, by name", async () => {
  const world = await marketplace();
  const acme = world.as(await world.person("admin", "acme"));
  for (const templateId of names) {
    const body = workflow({ templateId, name: templateId, tags: [templateId.startsWith("unrun") ? "new" : "old"] });
    await unwrap(acme.publishTemplate({ body, visibility: templateId === "hidden" ? "private" : "public" }));
  }
  for (const [templateId, { succeeded, failed, days }] of Object.entries(used)) {
    const occurredAt = daysAgo(days);
    await report(acme, [
      ...runs(succeeded, { templateId, occurredAt }),
      ...runs(failed, { templateId, occurredAt, outcome: "failed" }),
    ]);
  }
  await counted(world);
  const last = ["unrun-a", "unrun-b"];
  const orders = {
    popular: ["busy", "good", "fresh", "hidden", "broken"],
    trending: ["busy", "fresh", "good", "broken", "hidden"],
    success: ["good", "hidden", "fresh", "busy", "broken"],
  };
  for (const [sort, order] of Object.entries(orders) as [TemplateSort, string[]][]) {
    expect([sort, await listed(acme, sort)]).toEqual([sort, [...order, ...last]]);
    const open = order.filter((name) => name !== "hidden");
    expect([sort, await listed(world.anonymous, sort)]).toEqual([sort, [...open, ...last]]);
    expect(await listed(acme, sort, { tag: "new" })).toEqual(last);
    expect(await listed(acme, sort, { search: "unrun" })).toEqual(last);
    expect(await listed(acme, sort, { minRating: 4 })).toEqual([]);
  }
  const rater = world.as(await world.person("publisher", "globex"));
  for (const templateId of ["fresh", "unrun-b"]) {
    await unwrap(rater.rateTemplate({ templateId, tenant: "acme", body: { rating: 5 } }));
  }
  expect(await listed(acme, "popular", { minRating: 4 })).toEqual(["fresh", "unrun-b"]);
  const byTrend = await unwrap(acme.listTemplates({ sort: "trending", limit: 2 }));
  const stolen = await acme.listTemplates({ sort: "popular", cursor: byTrend.nextCursor ?? "" });
  expect(stolen).toBeProblem(400, "cursor_invalid");
});
