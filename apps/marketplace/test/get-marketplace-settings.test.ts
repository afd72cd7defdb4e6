import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

describe("getMarketplaceSettings", () => {
  it("200: a tenant that has set nothing has the defaults, for every member to see", async () => {
    const world = await marketplace();
    const viewer = world.as(await world.person("viewer"));
    expect(await unwrap(viewer.getMarketplaceSettings())).toEqual({ settings: { semverPolicy: "enforce" } });
  });

  it("200: each tenant sees its own", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin", "acme"));
    const bob = world.as(await world.person("admin", "globex"));
    await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy: "warn" } }));
    expect(await unwrap(alice.getMarketplaceSettings())).toEqual({ settings: { semverPolicy: "warn" } });
    expect(await unwrap(bob.getMarketplaceSettings())).toEqual({ settings: { semverPolicy: "enforce" } });
  });

  it("401: not without a token", async () => {
    const { anonymous } = await marketplace();
    expect(await anonymous.getMarketplaceSettings()).toBeProblem(401, "unauthenticated");
  });
});
