import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import type { CategoryOrder } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const shipped = join(import.meta.dirname, "../../../packages/shared/templates/categories.json");

describe("listCategories", () => {
  it("200: the tree in its order, with what the caller may read, here and below", async () => {
    const { operator, as, person, anonymous, database } = await marketplace();
    for (const [categoryId, parent, order] of [["z"], ["a"], ["a2", "a", 1], ["a1", "a", 2], ["a11", "a1"]] as const) {
      await operator.putCategory({
        categoryId,
        body: { name: categoryId, ...(parent && { parent }), ...(order && { order }) },
      });
    }
    const alice = as(await person("publisher", "acme"));
    const publish = (templateId: string, category: string, visibility: "public" | "private") =>
      alice.publishTemplate({ body: workflow({ templateId, category }), visibility });
    await publish("one", "a11", "public");
    await publish("two", "a1", "private");
    await publish("three", "unlisted", "public");
    await publish("four", "a", "public");
    await database.query("UPDATE marketplace.templates SET status = 'disabled' WHERE template_id = 'four'");
    const counts = async (client: MarketplaceClient) =>
      (await unwrap(client.listCategories())).categories.map(({ id, count }) => [id, count]);
    const rest = [["a2", 0]];
    expect(await counts(alice)).toEqual([["a", 2], ...rest, ["a1", 2], ["a11", 1], ["z", 0]]);
    expect(await counts(anonymous)).toEqual([["a", 1], ...rest, ["a1", 1], ["a11", 1], ["z", 0]]);
  });

  it("200: the shipped tree, put as it is", async () => {
    const { operator, anonymous } = await marketplace();
    const tree = JSON.parse(await readFile(shipped, "utf8")) as (CategoryOrder & { id: string })[];
    for (const { id: categoryId, ...body } of tree) await unwrap(operator.putCategory({ categoryId, body }));
    const { categories } = await unwrap(anonymous.listCategories());
    const shown = categories.map(({ count: _count, order: _order, ...category }) => category);
    expect(shown.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual(
      tree.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
  });
});
