import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";

describe("getTemplate", () => {
  it("200: the template with its versions, highest first, and where it came from", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await alice.publishTemplate({ body: workflow({ sourceCommit: "abcdef1" }) });
    await alice.publishTemplate({ body: workflow({ version: "1.10.0" }) });
    const { template } = await unwrap(alice.getTemplate({ templateId }));
    expect(template).toMatchObject({
      tenant: "acme",
      currentVersion: "1.10.0",
      metadata: { owner: "team-a", agents: ["collector", "editor"] },
      versions: [{ version: "1.10.0" }, { version: "1.0.0", sourceCommit: "abcdef1" }],
    });
    expect(template.versions[0]?.checksum).toBe(template.versions[0]?.digest);
    expect(template.ownerId).toMatch(/^token:/);
  });

  it("200: others' public templates, by naming their tenant, also without a token", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await alice.publishTemplate({ body: workflow(), visibility: "public" });
    const bob = world.as(await world.person("viewer", "globex"));
    for (const reader of [bob, world.anonymous]) {
      expect((await unwrap(reader.getTemplate({ templateId, tenant: "acme" }))).template.tenant).toBe("acme");
    }
    expect(await bob.getTemplate({ templateId })).toBeProblem(404, "template_not_found");
    expect(await world.anonymous.getTemplate({ templateId })).toBeProblem(404, "template_not_found");
  });

  it("404 template_not_found: what is disabled is there for its own tenant only", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await alice.publishTemplate({ body: workflow(), visibility: "public" });
    await world.database.query("UPDATE marketplace.templates SET status = 'disabled'");
    expect((await unwrap(alice.getTemplate({ templateId }))).template.status).toBe("disabled");
    expect(await world.anonymous.getTemplate({ templateId, tenant: "acme" })).toBeProblem(404, "template_not_found");
  });

  it("304: the ETag tells whether anything has changed", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    const etag = (await alice.getTemplate({ templateId })).headers.get("etag") ?? "";
    const same = await alice.getTemplate({ templateId }, { ifNoneMatch: etag });
    expect(same.status).toBe(304);
    await alice.publishTemplate({ body: workflow({ version: "1.1.0" }) });
    expect((await alice.getTemplate({ templateId }, { ifNoneMatch: etag })).status).toBe(200);
  });

  it("400 request_invalid: an id that no template can have", async () => {
    const { anonymous } = await marketplace();
    expect(await anonymous.getTemplate({ templateId: "A B", tenant: "acme" })).toBeProblem(400, "request_invalid");
  });
});
