import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type EnvironmentsWorld, keep, templateId, withEnvironments } from "./environments.ts";

const named = { templateId, tenant: "acme", name: "production" };

describe("getTemplateEnvironment", () => {
  let given: EnvironmentsWorld;
  beforeEach(async () => {
    given = await withEnvironments();
  });

  it("200: as the list tells it, with an ETag that changes with what is kept, and 304 while it does not", async () => {
    const { alice } = given;
    const declared = await alice.getTemplateEnvironment(named);
    await keep(alice, "production", { variables: { site: "x" } });
    const kept = await alice.getTemplateEnvironment(named);
    const { environments } = await unwrap(alice.listTemplateEnvironments({ templateId }));
    expect(kept).toMatchObject({
      status: 200,
      body: { environment: environments.find(({ name }) => name === "production") },
    });
    const [before, after] = [declared, kept].map(({ headers }) => headers.get("etag"));
    expect(before).toMatch(/^"none\./);
    expect(after).not.toBe(before);
    const response = await given.world.fetch(
      `http://marketplace.test/api/templates/${templateId}/environments/production?tenant=acme`,
      { headers: { authorization: `Bearer ${given.acme.token}`, "if-none-match": after as string } },
    );
    expect(response.status).toBe(304);
  });

  it("200: in the version that is asked for", async () => {
    const { alice, publish } = given;
    await publish("2.0.0", { environments: {} });
    const { environment } = await unwrap(alice.getTemplateEnvironment({ ...named, version: "1.0.0" }));
    expect(environment).toMatchObject({ origin: "declared", version: "2.0.0", extends: "base" });
    expect(await alice.getTemplateEnvironment(named)).toBeProblem(404, "environment_not_found");
  });

  it("404 environment_not_found: what others keep is not there", async () => {
    const { world, alice, bob } = given;
    await keep(alice, "own", {});
    for (const client of [bob, world.anonymous])
      expect(await client.getTemplateEnvironment({ ...named, name: "own" })).toBeProblem(404, "environment_not_found");
  });

  it("404 template_not_found and version_not_found", async () => {
    const { alice, bob } = given;
    const { tenant: _acme, ...own } = named;
    expect(await bob.getTemplateEnvironment(own)).toBeProblem(404, "template_not_found");
    expect(await alice.getTemplateEnvironment({ ...named, version: "9.0.0" })).toBeProblem(404, "version_not_found");
  });
});
