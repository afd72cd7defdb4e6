import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

const events =
  "SELECT details, change_id FROM marketplace.audit_log WHERE action = 'tenant.settings_changed' ORDER BY id";

describe("updateMarketplaceSettings", () => {
  it("200: holds from then on, is audited with before and after, and is in the tenant's feed alone", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin", "acme"));
    const changed = await admin.updateMarketplaceSettings({ body: { semverPolicy: "off" } });
    expect(changed).toMatchObject({ status: 200, body: { settings: { semverPolicy: "off" } } });
    const changeId = changed.headers.get("nofx-change");
    await unwrap(admin.updateMarketplaceSettings({ body: { semverPolicy: "warn" } }));
    expect(await unwrap(admin.getMarketplaceSettings())).toEqual({
      settings: { semverPolicy: "warn", publishChecks: "off" },
    });
    expect(await world.database.query(events)).toMatchObject([
      { details: { before: { semverPolicy: "enforce" }, after: { semverPolicy: "off" } }, change_id: changeId },
      { details: { before: { semverPolicy: "off" }, after: { semverPolicy: "warn" } } },
    ]);
    await expect
      .poll(async () => (await unwrap(admin.listMarketplaceChanges({ wait: 1 }))).changes[0])
      .toMatchObject({
        id: changeId,
        type: "tenant.settings_changed",
        resourceType: "tenant",
        resourceId: "acme",
        visibility: "private",
        data: { semverPolicy: "off" },
      });
    expect((await unwrap(world.anonymous.listMarketplaceChanges())).changes).toEqual([]);
  });

  it("200: to set what is set already changes nothing", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    const same = await admin.updateMarketplaceSettings({ body: { semverPolicy: "enforce" } });
    expect(same).toMatchObject({ status: 200, body: { settings: { semverPolicy: "enforce" } } });
    expect(same.headers.get("nofx-change")).toBeNull();
    expect(await world.database.query(events)).toEqual([]);
  });

  it("200: publishChecks is set, and without it the operator's default holds again", async () => {
    const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: "enforce" });
    const admin = world.as(await world.person("admin"));
    const set = async (body: { semverPolicy: "warn"; publishChecks?: "off" }) =>
      await unwrap(admin.updateMarketplaceSettings({ body }));
    const both = { settings: { semverPolicy: "warn", publishChecks: "off" } };
    expect(await set({ semverPolicy: "warn", publishChecks: "off" })).toEqual(both);
    expect(await unwrap(admin.getMarketplaceSettings())).toEqual(both);
    expect(await set({ semverPolicy: "warn" })).toEqual({
      settings: { semverPolicy: "warn", publishChecks: "enforce" },
    });
    expect(await world.database.query(events)).toMatchObject([
      { details: { before: { semverPolicy: "enforce" }, after: both.settings } },
      { details: { before: both.settings, after: { semverPolicy: "warn" } } },
    ]);
  });

  it("of two that set the same at once, one changes something", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    const set = () => admin.updateMarketplaceSettings({ body: { semverPolicy: "warn" } });
    await Promise.all(Array.from({ length: 8 }, set));
    expect(await world.database.query(events)).toHaveLength(1);
  });

  it("the same Idempotency-Key takes effect once, whatever was set meanwhile", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin"));
    const options = { idempotencyKey: "settings-1" };
    const first = await admin.updateMarketplaceSettings({ body: { semverPolicy: "warn" } }, options);
    await unwrap(admin.updateMarketplaceSettings({ body: { semverPolicy: "off" } }));
    const again = await admin.updateMarketplaceSettings({ body: { semverPolicy: "warn" } }, options);
    expect(again.headers.get("nofx-change")).toBe(first.headers.get("nofx-change"));
    expect((await unwrap(admin.getMarketplaceSettings())).settings.semverPolicy).toBe("off");
  });

  it("400, 401 and 403: a policy there is, of an administrator", async () => {
    const world = await marketplace();
    const publisher = world.as(await world.person("publisher", "acme"));
    const admin = world.as(await world.person("admin", "acme"));
    const body = { semverPolicy: "off" } as const;
    expect(await world.anonymous.updateMarketplaceSettings({ body })).toBeProblem(401, "unauthenticated");
    expect(await publisher.updateMarketplaceSettings({ body })).toBeProblem(403, "forbidden");
    const unknown = { semverPolicy: "ignore" as never };
    expect(await admin.updateMarketplaceSettings({ body: unknown })).toBeProblem(400, "request_invalid");
    const checks = { semverPolicy: "off", publishChecks: "ignore" as never } as const;
    expect(await admin.updateMarketplaceSettings({ body: checks })).toBeProblem(400, "request_invalid");
  });
});
