import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

describe("getMarketplaceSettings", () => {
  it("200: a tenant that has set nothing has the defaults, for every member to see", async () => {
    const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: undefined });
    const viewer = world.as(await world.person("viewer"));
    expect(await unwrap(viewer.getMarketplaceSettings())).toEqual({
      settings: { semverPolicy: "enforce", publishChecks: "enforce" },
    });
  });

  it("200: each tenant sees its own", async () => {
    const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: undefined });
    const alice = world.as(await world.person("admin", "acme"));
    const bob = world.as(await world.person("admin", "globex"));
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "warn" } }));
    expect(await unwrap(alice.getMarketplaceSettings())).toEqual({
      settings: { semverPolicy: "warn", publishChecks: "enforce" },
    });
    expect(await unwrap(bob.getMarketplaceSettings())).toEqual({
      settings: { semverPolicy: "enforce", publishChecks: "enforce" },
    });
  });

  it.each(["warn", "off"] as const)(
    "200: where the operator has chosen %s, that holds until a tenant says otherwise",
    async (chosen) => {
      const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: chosen });
      const admin = world.as(await world.person("admin"));
      const { settings } = await unwrap(admin.getMarketplaceSettings());
      expect(settings).toEqual({ semverPolicy: "enforce", publishChecks: chosen });
      await unwrap(admin.updateMarketplaceSettings({ body: { ...settings, publishChecks: "enforce" } }));
      expect((await unwrap(admin.getMarketplaceSettings())).settings.publishChecks).toBe("enforce");
    },
  );

  it("401: not without a token", async () => {
    const { anonymous } = await marketplace();
    expect(await anonymous.getMarketplaceSettings()).toBeProblem(401, "unauthenticated");
  });
});
