import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture, fixtureFiles } from "./fixtures.ts";
import { registry } from "./registry.ts";

describe("what is imported and exported again", () => {
  it.each(fixtureFiles)("%s comes back byte for byte, with the digest of its bytes", async (file) => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const { format, content } = fixture(file);
    const { agent } = await unwrap(alice.importAgent({ body: { format, content } }));
    const result = await unwrap(alice.exportAgent({ agentId: agent.agentId, format }));
    expect(Buffer.from(result.content).equals(Buffer.from(content))).toBe(true);
    expect(result).toMatchObject({ original: true, losses: [] });
    const document = await unwrap(alice.getAgentVersion({ agentId: agent.agentId, version: agent.currentVersion }));
    expect(document.manifest.origin?.digest).toBe(result.digest);
  });

  it("is made anew once a version is published without its original", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const { format, content } = fixture("mcp-remote-headers.json");
    const { agent } = await unwrap(alice.importAgent({ body: { format, content, agentId: "tickets" } }));
    const before = await unwrap(alice.getAgentVersion({ agentId: "tickets", version: agent.currentVersion }));
    const { origin: _origin, ...manifest } = before.manifest;
    const body = { ...before, version: "3.1.0", manifest, files: [] };
    await unwrap(alice.publishAgent({ body }));
    const after = await unwrap(alice.exportAgent({ agentId: "tickets", format }));
    expect(after.original).toBe(false);
    const { "x-team": _lost, ...source } = JSON.parse(content);
    expect(JSON.parse(after.content)).toMatchObject({ ...source, version: "3.1.0" });
    const old = await unwrap(alice.exportAgent({ agentId: "tickets", format, version: "3.0.0" }));
    expect(old.content).toBe(content);
  });
});
