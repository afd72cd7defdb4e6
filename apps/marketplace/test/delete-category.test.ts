import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

describe("deleteCategory", () => {
  it("204, audited; 404 category_not_found for what is not there", async () => {
    const { operator, anonymous, database } = await marketplace();
    await operator.putCategory({ categoryId: "a", body: { name: "A" } });
    expect((await operator.deleteCategory({ categoryId: "a" })).status).toBe(204);
    expect((await unwrap(anonymous.listCategories())).categories).toEqual([]);
    expect(await operator.deleteCategory({ categoryId: "a" })).toBeProblem(404, "category_not_found");
    const audit = await database.query("SELECT action FROM marketplace.audit_log ORDER BY id");
    expect(audit).toEqual([{ action: "category.created" }, { action: "category.deleted" }]);
  });

  it("409 category_in_use: while others are below it, or templates in it, private and disabled ones of any tenant too", async () => {
    const { operator, as, person, database } = await marketplace();
    await operator.putCategory({ categoryId: "a", body: { name: "A" } });
    await operator.putCategory({ categoryId: "b", body: { name: "B", parent: "a" } });
    const alice = as(await person("publisher"));
    await unwrap(alice.publishTemplate({ body: workflow({ category: "b" }) }));
    expect(await operator.deleteCategory({ categoryId: "a" })).toMatchObject({ problem: { detail: "Below it: b." } });
    expect(await operator.deleteCategory({ categoryId: "b" })).toBeProblem(409, "category_in_use");
    await database.query("UPDATE marketplace.templates SET status = 'disabled'");
    expect(await operator.deleteCategory({ categoryId: "b" })).toBeProblem(409, "category_in_use");
    await unwrap(alice.publishTemplate({ body: workflow({ category: "c", version: "1.1.0" }) }));
    expect((await operator.deleteCategory({ categoryId: "b" })).status).toBe(204);
    expect((await operator.deleteCategory({ categoryId: "a" })).status).toBe(204);
  });

  it("403 for a tenant's administrator", async () => {
    const { as, person } = await marketplace();
    expect(await as(await person("admin")).deleteCategory({ categoryId: "a" })).toBeProblem(403, "forbidden");
  });
});
