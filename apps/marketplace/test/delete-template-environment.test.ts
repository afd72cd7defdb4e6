import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { storedRows } from "./agents.ts";
import {
  type EnvironmentsWorld,
  environmentEvents,
  keep,
  keptRows,
  templateId,
  withEnvironments,
} from "./environments.ts";

const named = { templateId, tenant: "acme", name: "production" };

describe("deleteTemplateEnvironment", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  it("200: what was kept, and what the version declares remains; audited", async () => {
    const { world, alice, bob } = given;
    const kept = { variables: { site: "x" } };
    await keep(alice, "production", kept);
    await keep(bob, "production", { variables: { site: "y" } });
    const removed = await alice.deleteTemplateEnvironment(named);
    expect(removed).toMatchObject({
      status: 200,
      body: { removed: kept, environment: { name: "production", origin: "declared", extends: "base" } },
    });
    expect(removed.headers.get("nofx-change")).toBeTruthy();
    expect((await environmentEvents(world))[2]).toMatchObject({
      tenant_id: "acme",
      action: "template.environment_removed",
      details: { environment: "production", before: kept },
    });
    expect(await keptRows(world)).toMatchObject([{ tenant_id: "globex" }]);
  });

  it("200: nothing remains of one that was only kept", async () => {
    const { alice } = given;
    await keep(alice, "own", { version: "1.0.0" });
    const removed = await unwrap(alice.deleteTemplateEnvironment({ ...named, name: "own" }));
    expect(removed).toEqual({ removed: { version: "1.0.0" } });
    expect(await alice.getTemplateEnvironment({ ...named, name: "own" })).toBeProblem(404, "environment_not_found");
  });

  it("409 environment_in_use while another kept one extends it", async () => {
    const { world, alice, bob } = given;
    await keep(alice, "own", {});
    await keep(alice, "eu", { extends: "own" });
    await keep(bob, "own", {});
    const before = await storedRows(world);
    const refused = await alice.deleteTemplateEnvironment({ ...named, name: "own" });
    expect(refused).toBeProblem(409, "environment_in_use");
    expect(refused).toMatchObject({ problem: { detail: "eu of yours extend it." } });
    expect(await storedRows(world)).toBe(before);
    await unwrap(bob.deleteTemplateEnvironment({ ...named, name: "own" }));
    await unwrap(alice.deleteTemplateEnvironment({ ...named, name: "eu" }));
    await unwrap(alice.deleteTemplateEnvironment({ ...named, name: "own" }));
    expect(await keptRows(world)).toEqual([]);
  });

  it("404 environment_not_found and template_not_found: what is only declared cannot be removed", async () => {
    const { alice, bob } = given;
    await keep(alice, "production", {});
    expect(await bob.deleteTemplateEnvironment(named)).toBeProblem(404, "environment_not_found");
    const { tenant: _acme, ...own } = named;
    expect(await bob.deleteTemplateEnvironment(own)).toBeProblem(404, "template_not_found");
  });

  it("412 precondition_failed: not in another state than the one that is known", async () => {
    const { world, alice } = given;
    await keep(alice, "production", {});
    const ifMatch = (await alice.getTemplateEnvironment(named)).headers.get("etag") as string;
    await keep(alice, "production", { variables: { site: "x" } });
    expect(await alice.deleteTemplateEnvironment(named, { ifMatch })).toBeProblem(412, "precondition_failed");
    expect(await keptRows(world)).toHaveLength(1);
  });

  it("401 and 403", async () => {
    const { world, alice } = given;
    await keep(alice, "production", {});
    expect(await world.anonymous.deleteTemplateEnvironment(named)).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.deleteTemplateEnvironment(named)).toBeProblem(403, "forbidden");
    expect(await keptRows(world)).toHaveLength(1);
  });
});
