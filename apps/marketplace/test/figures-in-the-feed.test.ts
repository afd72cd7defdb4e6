import { unwrap } from "@nofx/client";
import { templateFiguresChanged } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { refreshStale } from "../src/analytics/popularity.store.ts";
import { tellFigures } from "../src/records/tell-figures.ts";
import type { MarketplaceClient } from "./marketplace.ts";
import { recordOf, serviceOf } from "./records.ts";
import { foldAll, outcomes, report, type UsageWorld, untilFolded, usageWorld } from "./usage.ts";

const at = new Date().toISOString();

const told = async (client: MarketplaceClient, type: RegExp) => {
  const { changes } = await unwrap(client.listMarketplaceChanges({ limit: 1000 }));
  return changes.filter((change) => type.test(change.type));
};
const figures = async (client: MarketplaceClient) =>
  (await told(client, new RegExp(`^${templateFiguresChanged}$`))).map(
    ({ tenant, resourceType, resourceId, visibility }) => `${visibility} ${resourceType} ${tenant}/${resourceId}`,
  );

/** Counts what was reported, and has the feed tell of it. */
const counted = async (world: UsageWorld): Promise<void> => {
  await untilFolded(world);
  await foldAll(world);
  await tellFigures(world.deps);
};
const unpaused = ({ database }: UsageWorld) =>
  database.query("UPDATE marketplace.template_figures SET told_at = now() - interval '5 minutes'");

const shown = "public template acme/release-notes";
const hidden = "private template acme/hidden";

it("figures that change are told, to whoever may read the template, once in five minutes", async () => {
  const world = await usageWorld();
  const service = await serviceOf(world);
  await outcomes(world.acme, [report("a", { occurredAt: at }), report("b", { occurredAt: at, templateId: "hidden" })]);
  await counted(world);
  await expect.poll(async () => (await figures(service)).sort()).toEqual([hidden, shown]);
  expect(await figures(world.globex)).toEqual([shown]);
  expect((await recordOf(service, "release-notes")).usage.runs30d).toBe(1);

  await outcomes(world.acme, [report("c", { occurredAt: at })]);
  await counted(world);
  expect((await recordOf(service, "release-notes")).usage.runs30d).toBe(2);
  expect(await figures(service)).toHaveLength(2);
  await unpaused(world);
  await tellFigures(world.deps);
  await expect.poll(() => figures(world.globex)).toEqual([shown, shown]);
  await unpaused(world);
  expect(await tellFigures(world.deps)).toBe(0);
});

it("figures that change as days go by, or with samples that are removed, are told; those that stay the same are not", async () => {
  const world = await usageWorld();
  await outcomes(world.acme, [
    report("a", { occurredAt: at, sample: true }),
    report("b", { occurredAt: at, templateId: "hidden" }),
  ]);
  await counted(world);
  const service = await serviceOf(world);
  await expect.poll(() => figures(service)).toHaveLength(2);

  await unpaused(world);
  await refreshStale(world.deps.db, new Date(Date.now() + 24 * 60 * 60_000));
  expect(await tellFigures(world.deps)).toBe(0);
  await unwrap(world.acme.removeSampleUsage());
  await tellFigures(world.deps);
  await expect.poll(() => figures(service)).toEqual([expect.anything(), expect.anything(), shown]);
  expect((await recordOf(service, "release-notes")).usage).toEqual({ runs30d: 0, succeeded30d: 0, popularityScore: 0 });

  await unpaused(world);
  await refreshStale(world.deps.db, new Date(Date.now() + 31 * 24 * 60 * 60_000));
  await tellFigures(world.deps);
  await expect.poll(async () => (await figures(service)).at(-1)).toBe(hidden);
  expect((await recordOf(service, "hidden")).usage.runs30d).toBe(0);
});

it("the tree of categories is everybody's: a move is told once, with the category's name", async () => {
  const world = await usageWorld();
  const service = await serviceOf(world);
  const put = (categoryId: string, parent?: string) =>
    unwrap(world.operator.putCategory({ categoryId, body: { name: categoryId, ...(parent && { parent }) } }));
  await put("work");
  await put("engineering");
  expect((await recordOf(service, "hidden")).categories).toEqual(["engineering"]);
  await put("engineering", "work");
  expect((await recordOf(service, "hidden")).categories).toEqual(["engineering", "work"]);
  await unwrap(world.operator.putCategory({ categoryId: "unused", body: { name: "x" } }));
  await unwrap(world.operator.deleteCategory({ categoryId: "unused" }));
  const moved = async () =>
    (await told(world.anonymous, /^category\./)).map(({ tenant, type, resourceType, resourceId, data }) => [
      tenant,
      type,
      resourceType,
      resourceId,
      data.parent,
    ]);
  await expect.poll(moved).toEqual([
    ["", "category.created", "category", "work", undefined],
    ["", "category.created", "category", "engineering", undefined],
    ["", "category.changed", "category", "engineering", "work"],
    ["", "category.created", "category", "unused", undefined],
    ["", "category.deleted", "category", "unused", undefined],
  ]);
});
