import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("listTenants", () => {
  it("200: all tenants by id, in pages, for the operator and services", async () => {
    const { as, given, operator } = await registry();
    for (const id of ["c", "a", "b"]) await given.tenant(id);
    const first = await unwrap(operator.listTenants({ limit: 2 }));
    expect(first.tenants.map(({ id }) => id)).toEqual(["a", "b"]);
    const { nextCursor = "" } = first;
    expect((await unwrap(operator.listTenants({ limit: 2, cursor: nextCursor }))).tenants.map(({ id }) => id)).toEqual([
      "c",
    ]);
    expect(await as(await given.service()).listTenants()).toMatchObject({ status: 200 });
  });

  it("400 cursor_invalid", async () => {
    const { operator } = await registry();
    expect(await operator.listTenants({ cursor: "-" })).toBeProblem(400, "cursor_invalid");
  });
});
