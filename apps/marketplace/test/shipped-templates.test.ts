import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { shippedTemplates } from "./shipped.ts";

const shipped = shippedTemplates();

describe("the templates that ship", () => {
  it("are 16, all valid without a warning", async () => {
    expect(new Set(shipped.map(({ templateId }) => templateId)).size).toBe(16);
    const { anonymous } = await marketplace();
    for (const body of shipped) {
      const { templateId, version } = body;
      const { errors, warnings } = await unwrap(anonymous.validateTemplate({ body }));
      expect({ templateId, version, errors, warnings }).toEqual({ templateId, version, errors: [], warnings: [] });
    }
  });

  it("are published with every version, and read back byte for byte", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    for (const body of shipped) {
      const published = await alice.publishTemplate({ body, visibility: "public" });
      expect(published).toMatchObject({ status: 201, body: { template: { currentVersion: body.version } } });
    }
    for (const { files = [], ...content } of shipped) {
      const { templateId, version } = content;
      const described = files
        .map(({ path, content: text }) => ({ path, size: Buffer.byteLength(text), digest: sha256(text) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const document = canonicalForm({ ...content, ...(files.length > 0 && { files: described }) });
      const address = `http://marketplace.test/api/templates/${templateId}/versions/${version}`;
      const answer = await world.fetch(`${address}?tenant=acme`);
      expect(await answer.text()).toBe(document);
      expect(answer.headers.get("etag")).toBe(`"${sha256(document)}"`);
      for (const { path, content: text } of files) {
        const file = await world.fetch(`${address}/files/${path}?tenant=acme`);
        expect(await file.text()).toBe(text);
      }
    }
    const { templates } = await unwrap(world.anonymous.listTemplates({ limit: 100, kind: "workflow" }));
    expect(templates).toHaveLength(14);
  });
});
