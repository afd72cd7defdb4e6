import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getSettings", () => {
  it("200: a tenant that has set nothing has the defaults, for every member to see", async () => {
    const { as, given } = await registry();
    const viewer = as(await given.person("viewer"));
    expect(await unwrap(viewer.getSettings())).toEqual({ settings: { semverPolicy: "enforce" } });
  });

  it("200: each tenant sees its own", async () => {
    const { as, given } = await registry();
    const [alice, bob] = [as(await given.admin("acme")), as(await given.admin("globex"))];
    await unwrap(alice.updateSettings({ body: { semverPolicy: "warn" } }));
    expect(await unwrap(alice.getSettings())).toEqual({ settings: { semverPolicy: "warn" } });
    expect(await unwrap(bob.getSettings())).toEqual({ settings: { semverPolicy: "enforce" } });
  });

  it("200: a member of a tenant that only the identity provider knows sees the defaults", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    await database.query("ALTER TABLE registry.api_tokens DROP CONSTRAINT api_tokens_tenant_id_fkey");
    await database.query("DELETE FROM registry.tenants WHERE tenant_id = 'acme'");
    expect(await unwrap(admin.getSettings())).toEqual({ settings: { semverPolicy: "enforce" } });
  });
});
