import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("listTokens", () => {
  it("200: the tenant's tokens without their secrets, newest first, in pages", async () => {
    const { as, given, operator } = await registry();
    const admin = as(await given.admin("acme"));
    await given.admin("globex");
    for (const name of ["one", "two", "three"]) await unwrap(admin.createToken({ body: { name, role: "viewer" } }));
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(admin.listTokens({ limit: 3, ...(cursor && { cursor }) }));
      names.push(...page.tokens.map(({ name }) => name));
      expect(JSON.stringify(page)).not.toMatch(/nofx_|secret/);
      cursor = page.nextCursor;
    } while (cursor);
    expect(names.sort()).toEqual(["admin", "one", "three", "two"]);
    expect((await unwrap(operator.listTokens({ tenant: "globex" }))).tokens).toHaveLength(1);
  });

  it("404 tenant_not_found for another tenant, 400 cursor_invalid", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    await given.tenant("globex");
    expect(await admin.listTokens({ tenant: "globex" })).toBeProblem(404, "tenant_not_found");
    expect(await admin.listTokens({ cursor: "?" })).toBeProblem(400, "cursor_invalid");
  });
});
