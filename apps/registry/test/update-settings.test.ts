import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

const events = `
  SELECT action, actor, details, change_id FROM registry.audit_log WHERE action = 'tenant.settings_changed'`;

describe("updateSettings", () => {
  it("200: holds from then on, is audited with before and after, and is in the tenant's feed alone", async () => {
    const { as, given, database, anonymous } = await registry();
    const admin = as(await given.admin("acme"));
    const changed = await admin.updateSettings({ body: { semverPolicy: "off" } });
    expect(changed).toMatchObject({ status: 200, body: { settings: { semverPolicy: "off" } } });
    expect(await unwrap(admin.getSettings())).toEqual({ settings: { semverPolicy: "off" } });
    const changeId = changed.headers.get("nofx-change");
    expect(await database.query(events)).toMatchObject([
      { details: { before: { semverPolicy: "enforce" }, after: { semverPolicy: "off" } }, change_id: changeId },
    ]);
    const told = async () =>
      (await unwrap(admin.listChanges({ wait: 1 }))).changes.filter(({ type }) => type === "tenant.settings_changed");
    await expect.poll(told).toMatchObject([
      {
        id: changeId,
        resourceType: "tenant",
        resourceId: "acme",
        visibility: "private",
        data: { semverPolicy: "off" },
      },
    ]);
    expect((await unwrap(anonymous.listChanges())).changes).toEqual([]);
  });

  it("200: to set what is set already changes nothing", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin());
    const same = await admin.updateSettings({ body: { semverPolicy: "enforce" } });
    expect(same).toMatchObject({ status: 200, body: { settings: { semverPolicy: "enforce" } } });
    expect(same.headers.get("nofx-change")).toBeNull();
    expect(await database.query(events)).toEqual([]);
  });

  it("the same Idempotency-Key takes effect once, whatever was set meanwhile", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const options = { idempotencyKey: "settings-1" };
    const first = await admin.updateSettings({ body: { semverPolicy: "warn" } }, options);
    await unwrap(admin.updateSettings({ body: { semverPolicy: "off" } }));
    const again = await admin.updateSettings({ body: { semverPolicy: "warn" } }, options);
    expect(again.headers.get("nofx-change")).toBe(first.headers.get("nofx-change"));
    expect(await unwrap(admin.getSettings())).toEqual({ settings: { semverPolicy: "off" } });
  });

  it("403 for publishers: a policy is the administrator's", async () => {
    const { as, given } = await registry();
    const publisher = as(await given.publisher());
    expect(await publisher.updateSettings({ body: { semverPolicy: "off" } })).toBeProblem(403, "forbidden");
  });

  it("400 request_invalid: a policy that there is not", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.updateSettings({ body: { semverPolicy: "ignore" as never } })).toBeProblem(
      400,
      "request_invalid",
    );
  });

  it("404 tenant_not_found: a tenant that only the identity provider knows", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    await database.query("ALTER TABLE registry.api_tokens DROP CONSTRAINT api_tokens_tenant_id_fkey");
    await database.query("DELETE FROM registry.tenants WHERE tenant_id = 'acme'");
    expect(await admin.updateSettings({ body: { semverPolicy: "off" } })).toBeProblem(404, "tenant_not_found");
  });
});
