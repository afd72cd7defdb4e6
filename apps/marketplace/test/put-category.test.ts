import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

describe("putCategory", () => {
  it("201 for a new one, 200 for a change, once in the audit log each; the same again changes nothing", async () => {
    const { operator, anonymous, database } = await marketplace();
    const put = (body: Parameters<typeof operator.putCategory>[0]["body"]) =>
      operator.putCategory({ categoryId: "release", body });
    await operator.putCategory({ categoryId: "engineering", body: { name: "Engineering" } });
    const body = { name: " Releases ", parent: "engineering", order: 2 };
    const category = { id: "release", name: "Releases", description: "", parent: "engineering", order: 2 };
    expect(await put(body)).toMatchObject({ status: 201, body: { category } });
    expect(await put(body)).toMatchObject({ status: 200, body: { category } });
    const { parent: _parent, ...atTop } = { ...category, name: "Ship", description: "Out.", order: 0 };
    expect(await put({ name: "Ship", description: "Out." })).toMatchObject({ status: 200, body: { category: atTop } });
    expect((await unwrap(anonymous.listCategories())).categories.find(({ id }) => id === "release")).toEqual({
      ...atTop,
      count: 0,
    });
    const audit = await database.query(
      "SELECT tenant_id, actor, action, details FROM marketplace.audit_log WHERE resource_id = 'release' ORDER BY id",
    );
    const { id: _id, ...details } = category;
    const { id: _same, ...changed } = atTop;
    const by = { tenant_id: "", actor: "operator" };
    expect(audit).toEqual([
      { ...by, action: "category.created", details },
      { ...by, action: "category.changed", details: changed },
    ]);
  });

  it("200 replayed under the same idempotency key, whatever has become of the category", async () => {
    const { operator, anonymous } = await marketplace();
    const order = { categoryId: "a", body: { name: "One" } };
    expect((await operator.putCategory(order, { idempotencyKey: "k" })).status).toBe(201);
    await operator.putCategory({ categoryId: "a", body: { name: "Two" } });
    expect(await operator.putCategory(order, { idempotencyKey: "k" })).toMatchObject({ status: 201 });
    expect((await unwrap(anonymous.listCategories())).categories[0]?.name).toBe("Two");
  });

  it("409 category_cycle: a category is not below itself, also when two are moved at once", async () => {
    const { operator } = await marketplace();
    const put = (categoryId: string, parent?: string) =>
      operator.putCategory({ categoryId, body: { name: categoryId, ...(parent && { parent }) } });
    await put("a");
    await put("b", "a");
    await put("c", "b");
    expect(await put("a", "c")).toBeProblem(409, "category_cycle");
    expect(await put("a", "c")).toMatchObject({
      problem: { detail: "It would be below itself: a, below c, below b, below a." },
    });
    expect(await put("a", "a")).toBeProblem(409, "category_cycle");
    await put("d");
    const both = await Promise.all([put("a", "d"), put("d", "a")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("409 category_parent_unknown: nothing is put below what is not there", async () => {
    const { operator, anonymous } = await marketplace();
    const order = { categoryId: "a", body: { name: "A", parent: "nowhere" } };
    expect(await operator.putCategory(order)).toBeProblem(409, "category_parent_unknown");
    expect((await unwrap(anonymous.listCategories())).categories).toEqual([]);
  });

  it("403 for a tenant's administrator, 401 without a token; the database refuses it, too", async () => {
    const { as, person, anonymous, deps } = await marketplace();
    const order = { categoryId: "a", body: { name: "A" } };
    expect(await as(await person("admin")).putCategory(order)).toBeProblem(403, "forbidden");
    expect(await anonymous.putCategory(order)).toBeProblem(401, "unauthenticated");
    await expect(
      deps.db.pool.query("INSERT INTO categories (category_id, name, updated_at) VALUES ('a', 'A', now())"),
    ).rejects.toThrow("row-level security");
  });
});
