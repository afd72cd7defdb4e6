import { join } from "node:path";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { readAgents } from "../src/agents.ts";
import { applyTemplateSync, planTemplateSync, readTemplates } from "../src/templates.ts";
import { marketplace } from "./marketplace.ts";

const directory = join(import.meta.dirname, "../../shared/templates");
const sources = await readTemplates(directory);
const shipped = sources.flatMap(({ manifest }) => (manifest ? [manifest] : []));

describe("the templates that ship", () => {
  it("are 16 with 29 versions, all valid without a warning", async () => {
    expect(sources.flatMap(({ findings }) => findings)).toEqual([]);
    expect(shipped).toHaveLength(29);
    expect(new Set(shipped.map(({ templateId }) => templateId)).size).toBe(16);
    const alice = await (await marketplace()).client();
    for (const body of shipped) {
      const { templateId, version } = body;
      const { errors, warnings } = await unwrap(alice.validateTemplate({ body }));
      expect({ templateId, version, errors, warnings }).toEqual({ templateId, version, errors: [], warnings: [] });
    }
  });

  it("use agents that ship", async () => {
    const agents = new Set((await readAgents(join(directory, "../agents"))).map(({ id }) => id));
    for (const { templateId, version, metadata, content } of shipped) {
      const named = [...(metadata?.agents ?? []), ...Object.keys(content.dependencies?.agents ?? {})];
      const unknown = named.filter((id) => !agents.has(id));
      expect({ templateId, version, unknown }).toEqual({ templateId, version, unknown: [] });
    }
  });

  it("are published with every version, and read back byte for byte", async () => {
    const world = await marketplace({ keep: true });
    const alice = await world.client();
    const { summary } = await applyTemplateSync(
      alice,
      await planTemplateSync(alice, directory, { visibility: "public" }),
    );
    expect(summary).toMatchObject({ created: 29, failed: 0, skipped: 0 });
    for (const { files = [], ...content } of shipped) {
      const { templateId, version } = content;
      const described = files
        .map(({ path, content: text }) => ({ path, size: Buffer.byteLength(text), digest: sha256(text) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const document = canonicalForm({ ...content, ...(files.length > 0 && { files: described }) });
      const address = `http://marketplace.test/api/templates/${templateId}/versions/${version}`;
      const answer = await world.fetch(`${address}?tenant=${world.tenant}`);
      expect(await answer.text()).toBe(document);
      expect(answer.headers.get("etag")).toBe(`"${sha256(document)}"`);
      for (const { path, content: text } of files) {
        const file = await world.fetch(`${address}/files/${path}?tenant=${world.tenant}`);
        expect(await file.text()).toBe(text);
      }
    }
    const listed = async (kind: "workflow" | "prompt") =>
      (await unwrap(alice.listTemplates({ limit: 100, kind }))).templates;
    expect(await listed("workflow")).toHaveLength(14);
    expect(await listed("prompt")).toHaveLength(2);
    for (const { templateId, currentVersion } of await listed("workflow")) {
      expect(currentVersion).toBe(sources.findLast(({ id }) => id === templateId)?.version);
    }
  });
});
