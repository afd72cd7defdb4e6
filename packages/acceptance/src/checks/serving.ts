import { items, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { expect } from "vitest";
import { agent } from "../bodies.ts";
import { type Area, check, first } from "../suite.ts";
import { as, ask, sha256 } from "../wire.ts";

const described: Area["checks"] = [
  first("the whole system says that it is well: services, databases, index; more to who has a token", async (world) => {
    const shown = await unwrap(world.anonymous.search.getSystemHealth());
    expect(shown.status, JSON.stringify(await unwrap(world.operator.search.getSystemHealth()), null, 2)).toBe("ok");
    const full = await unwrap((await world.person("viewer")).search.getSystemHealth());
    expect(full.details).toBe("full");
    expect(full.services.map(({ name, status }) => [name, status])).toEqual([
      ["registry", "ok"],
      ["marketplace", "ok"],
      ["search", "ok"],
    ]);
  }),

  check("the OpenAPI description and the JSON Schemas are served", async (world) => {
    const openapi = (await (await ask(world.target, "/openapi.json")).json()) as { openapi: string; paths: object };
    expect(openapi.openapi).toMatch(/^3\.1/);
    expect(Object.keys(openapi.paths)).toContain("/api/agents/publish");
    const index = await (await ask(world.target, "/schemas")).json();
    expect(JSON.stringify(index)).toContain("template-version");
    for (const name of ["agent", "template"]) {
      const schema = await ask(world.target, `/schemas/${name}.json`, {
        headers: { origin: "https://editor.example" },
      });
      expect(schema.headers.get("access-control-allow-origin")).toBe("*");
      expect(await schema.json()).toMatchObject({ $id: `urn:nofx:schema:${name}` });
    }
  }),

  check("catalogues of other ecosystems are where their clients look", async (world) => {
    const owner = await world.person("publisher");
    await unwrap(owner.registry.publishAgent({ body: agent(), visibility: "public" }));
    const card = await ask(world.target, `/agents/${owner.tenant}/greeter/.well-known/agent-card.json`);
    expect(await card.json()).toMatchObject({ name: "Greeter", version: "1.0.0" });
    for (const path of ["/.well-known/ard.json", "/.well-known/ai-catalog.json", "/v0.1/servers"])
      expect([path, (await ask(world.target, path)).status]).toEqual([path, 200]);
  }),

  check("lists come whole, page by page, and none twice", async (world) => {
    const { registry } = await world.person("publisher");
    const ids = Array.from({ length: 7 }, (_, index) => `greeter-${index}`);
    for (const agentId of ids) await unwrap(registry.publishAgent({ body: agent({ agentId }) }));
    const seen: string[] = [];
    for await (const { agentId } of items(registry.listAgents, { visibility: "private", limit: 3 })) seen.push(agentId);
    expect(seen.toSorted()).toEqual(ids);
  }),

  check("reports come as JSON and as CSV", async (world) => {
    const viewer = await world.person("viewer");
    const { reports } = await unwrap(viewer.search.listReports());
    for (const { name } of reports.slice(0, 3)) {
      const csv = await ask(world.target, `/api/reports/${name}`, { headers: { ...as(viewer), accept: "text/csv" } });
      expect([name, csv.status]).toEqual([name, 200]);
      expect(csv.headers.get("content-type")).toContain("text/csv");
    }
  }),

  check(
    "the marketplace can be left: everything of one's own comes out, and goes into another tenant",
    async (world) => {
      const [alice, bob] = [await world.person("admin"), await world.person("admin")];
      const content = {
        kind: "prompt" as const,
        instructions: "Help with {{ goal }}.",
        input: [{ type: "input_text" as const, text: "Now." }],
      };
      const body = { templateId: "coach", name: "Coach", version: "1.0.0", content };
      const published = await unwrap(alice.marketplace.publishTemplate({ body }));
      const { path } = marketplaceContract.operations.exportTemplates;
      const bundle = await ask(world.target, `${path}?id=coach`, { headers: as(alice) });
      expect(bundle.status).toBe(200);
      const headers = { ...as(bob), "content-type": bundle.headers.get("content-type") ?? "" };
      const sent = await ask(world.target, "/api/templates/import", {
        method: "POST",
        headers,
        body: await bundle.arrayBuffer(),
      });
      expect([sent.status, sent.status === 200 ? "" : await sent.text()]).toEqual([200, ""]);
      const { versions } = await unwrap(bob.marketplace.listTemplateVersions({ templateId: "coach" }));
      expect(versions.map(({ digest }) => digest)).toEqual([published.version.digest]);
    },
  ),
];

const edge: Area["checks"] = [
  check("what an edge compresses is the same bytes, and ETags hold", async (world, { skip }) => {
    const path = "/openapi.json";
    const packed = await ask(world.target, path, { headers: { "accept-encoding": "gzip" } });
    const encoding = packed.headers.get("content-encoding");
    if (!world.target.isEdge) skip(!encoding, "the origin does not compress");
    expect(encoding).toBe("gzip");
    const plain = await ask(world.target, path, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(sha256(await packed.text())).toBe(sha256(await plain.text()));
    const alice = await world.person("publisher");
    const long = agent({ files: [{ path: "prompts/system.md", content: "Greet everybody.\n".repeat(1_000) }] });
    await unwrap(alice.registry.publishAgent({ body: long }));
    const headers = { ...as(alice), "accept-encoding": "gzip" };
    const version = "/api/agents/greeter/versions/1.0.0/files/prompts/system.md";
    const etag = (await ask(world.target, version, { headers })).headers.get("etag") ?? "";
    const again = await ask(world.target, version, { headers: { ...headers, "if-none-match": etag } });
    expect(again.status).toBe(304);
  }),

  check("an edge keeps to itself what is not for the public, and says who may look", async (world, { skip }) => {
    skip(!world.target.isEdge, "the origin is no edge");
    for (const path of ["/metrics", "/api/templates/../../metrics", "//metrics"])
      expect((await (await ask(world.target, path)).text()).includes("nofx_"), path).toBe(false);
  }),
];

/** What is served beside the API itself. */
export const serving: Area = { name: "serving", checks: [...described, ...edge] };
