import type { AgentSummary } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { catalogueOf, type McpVersion, serverAddress, serverEntry } from "./catalogue.rules.ts";

const agent: AgentSummary = {
  id: "0b7e1e8e-6d3c-4d53-8a39-6f2f6c1d1c11",
  tenant: "acme",
  agentId: "greeter",
  name: "Greeter",
  status: "active",
  visibility: "public",
  currentVersion: "1.0.0",
  capabilities: [],
  tags: [],
  updatedAt: "2026-11-22T09:30:00.000Z",
};

const found: McpVersion = {
  tenant: "acme",
  agentId: "notes",
  claimedName: "io.example/notes",
  holdsName: true,
  currentVersion: "1.0.0",
  version: "1.0.0",
  isDeprecated: false,
  publishedAt: agent.updatedAt,
  updatedAt: agent.updatedAt,
  document: { agentId: "notes", name: "Notes", version: "1.0.0", manifest: { entry: "x.ts" } },
  original: undefined,
};

describe("a catalogue document", () => {
  it.each(["https://agents.example.com", "https://agents.example.com/", "https://agents.example.com/registry//"])(
    "gives addresses below %s",
    (publicUrl) => {
      const [entry] = catalogueOf([agent], publicUrl).entries;
      const base = publicUrl.replace(/\/+$/, "");
      expect(entry?.url).toBe(`${base}/agents/acme/greeter/.well-known/agent-card.json`);
      expect(entry?.identifier).toBe("urn:air:agents.example.com:acme:greeter");
    },
  );

  it("says nothing of what an agent does not have", () => {
    const [entry] = catalogueOf([agent], "https://a.example").entries;
    expect(Object.keys(entry ?? {}).sort()).toEqual([
      "displayName",
      "identifier",
      "type",
      "updatedAt",
      "url",
      "version",
    ]);
  });

  it("takes at most five questions from the examples of capabilities, and no examples that are no texts", () => {
    const capabilities = [
      { id: "a", label: "A", examples: ["1", 2, "3"] },
      { id: "b", label: "B", examples: ["4", "5", "6", "7"] },
      { id: "c", label: "C", examples: "8" },
    ];
    const [entry] = catalogueOf([{ ...agent, capabilities }], "https://a.example").entries;
    expect(entry?.representativeQueries).toEqual(["1", "3", "4", "5", "6"]);
  });
});

describe("an entry of the MCP registry", () => {
  it("has the claimed name only if the agent holds it", () => {
    expect(serverEntry(found).server.name).toBe("io.example/notes");
    expect(serverEntry({ ...found, holdsName: false }).server.name).toBe("acme/notes");
  });

  it("is the original document, under the version of this registry", () => {
    const original = '\uFEFF{"name":"io.example/notes","description":"d","version":"1.0","x":1}';
    expect(serverEntry({ ...found, original }).server).toEqual({
      name: "io.example/notes",
      description: "d",
      version: "1.0.0",
      x: 1,
    });
  });

  it("is the latest if the agent's current version is the same", () => {
    const official = (version: string) =>
      serverEntry({ ...found, version, isDeprecated: true })._meta["io.modelcontextprotocol.registry/official"];
    expect(official("1.0.0")).toMatchObject({ isLatest: true, status: "deprecated" });
    expect(official("0.9.0")).toMatchObject({ isLatest: false });
  });
});

describe("a server's address", () => {
  it("with a dot before the slash is a claimed name, without one a tenant and an agent", () => {
    expect(serverAddress("io.example/notes")).toEqual({ claimedName: "io.example/notes" });
    expect(serverAddress("acme/my.notes")).toEqual({ tenant: "acme", agentId: "my.notes" });
  });
});
