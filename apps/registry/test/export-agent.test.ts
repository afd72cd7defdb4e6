import { unwrap } from "@nofx/client";
import { interchangeFormats } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

describe("exportAgent", () => {
  it("makes a document of a native agent in each format, and lists what it has no place for", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    const native = given.manifest({
      manifest: { entryPrompt: "prompts/system.md", inputs: { type: "object" }, permissions: ["repo:read"] },
    });
    await unwrap(alice.publishAgent({ body: native, visibility: "public" }));
    for (const format of interchangeFormats) {
      const result = await unwrap(anonymous.exportAgent({ agentId: "greeter", tenant: "acme", format }));
      expect(result).toMatchObject({ format, original: false, digest: expect.stringMatching(/^sha256:/) });
      const document = JSON.parse(result.content);
      expect(document).toMatchObject({ version: "1.0.0", description: "Greets people." });
      const lost = result.losses.map(({ path }) => path);
      for (const path of ["$.manifest.entryPrompt", "$.manifest.inputs", "$.manifest.permissions", "$.files"]) {
        expect(lost, format).toContain(path);
      }
    }
  });

  it("exports the current version, or the one that is named", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    for (const version of ["1.0.0", "1.1.0"]) await unwrap(alice.publishAgent({ body: given.manifest({ version }) }));
    const versionOf = async (version?: string) =>
      JSON.parse((await unwrap(alice.exportAgent({ agentId: "greeter", format: "a2a", version }))).content).version;
    expect([await versionOf(), await versionOf("1.0.0")]).toEqual(["1.1.0", "1.0.0"]);
  });

  it("converts across formats, and lists what is lost: A2A to MCP, MCP to A2A", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.importAgent({ body: { ...fixture("a2a-1.0-travel.json"), agentId: "travel" } }));
    await unwrap(alice.importAgent({ body: { ...fixture("mcp-npm-stdio.json"), agentId: "notes" } }));
    const server = await unwrap(alice.exportAgent({ agentId: "travel", format: "mcp" }));
    expect(JSON.parse(server.content)).toMatchObject({ name: "acme/travel", title: "Reiseplaner – Zürich" });
    const lost = server.losses.map(({ path }) => path);
    expect(lost).toEqual(expect.arrayContaining(["$.capabilities", "$.manifest.endpoints[0]", "$.manifest.security"]));
    const card = await unwrap(alice.exportAgent({ agentId: "notes", format: "a2a" }));
    expect(JSON.parse(card.content)).toMatchObject({ name: "Notes", supportedInterfaces: [], skills: [] });
    const lostAgain = card.losses.map(({ path }) => path);
    expect(lostAgain).toEqual(expect.arrayContaining(["$.manifest.packages[0]", "$.manifest.modes.input"]));
  });

  it("404 agent_not_found: none, and another tenant's private one", async () => {
    const { as, given, anonymous } = await registry();
    await unwrap(as(await given.publisher("acme")).publishAgent({ body: given.manifest() }));
    const order = { tenant: "acme", format: "a2a" } as const;
    expect(await anonymous.exportAgent({ agentId: "greeter", ...order })).toBeProblem(404, "agent_not_found");
    expect(await anonymous.exportAgent({ agentId: "nobody", ...order })).toBeProblem(404, "agent_not_found");
  });

  it("404 version_not_found: a version that is not there", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await unwrap(alice.publishAgent({ body: given.manifest() }));
    const order = { agentId: "greeter", format: "a2a", version: "9.9.9" } as const;
    expect(await alice.exportAgent(order)).toBeProblem(404, "version_not_found");
  });

  it("422 not_exportable: an OASF record of an agent without capabilities", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await unwrap(alice.publishAgent({ body: given.manifest({ capabilities: [], manifest: { entry: "x.ts" } }) }));
    const answer = await alice.exportAgent({ agentId: "greeter", format: "oasf" });
    expect(answer).toBeProblem(422, "not_exportable");
    expect(answer).toMatchObject({ problem: { detail: expect.stringContaining("capabilities") } });
  });
});
