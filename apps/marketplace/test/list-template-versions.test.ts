import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";

describe("listTemplateVersions", () => {
  it("200: pages by falling precedence, each version once", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    for (const version of ["1.2.0", "1.10.0", "1.0.0", "1.10.0-rc.1", "2.0.0"]) {
      await unwrap(alice.publishTemplate({ body: workflow({ version }) }));
    }
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(alice.listTemplateVersions({ templateId, limit: 2, ...(cursor && { cursor }) }));
      found.push(...page.versions.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found).toEqual(["2.0.0", "1.10.0", "1.10.0-rc.1", "1.2.0", "1.0.0"]);
  });

  it("200: drafts are there for their own tenant only", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await alice.publishTemplate({ body: workflow(), visibility: "public" });
    await alice.publishTemplate({ body: workflow({ version: "2.0.0" }), draft: "true" });
    expect((await unwrap(alice.listTemplateVersions({ templateId }))).versions).toHaveLength(2);
    const { versions } = await unwrap(world.anonymous.listTemplateVersions({ templateId, tenant: "acme" }));
    expect(versions.map(({ version }) => version)).toEqual(["1.0.0"]);
    const hidden = await world.anonymous.getTemplateVersion({ templateId, tenant: "acme", version: "2.0.0" });
    expect(hidden).toBeProblem(404, "version_not_found");
    const { template } = await unwrap(world.anonymous.getTemplate({ templateId, tenant: "acme" }));
    expect(template.versions).toHaveLength(1);
  });

  it("404 template_not_found", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("viewer"));
    expect(await alice.listTemplateVersions({ templateId })).toBeProblem(404, "template_not_found");
  });

  it("400 cursor_invalid: a cursor of something else", async () => {
    const { anonymous } = await marketplace();
    const answer = await anonymous.listTemplateVersions({ templateId, tenant: "acme", cursor: "WyJhIl0" });
    expect(answer).toBeProblem(400, "cursor_invalid");
  });
});
