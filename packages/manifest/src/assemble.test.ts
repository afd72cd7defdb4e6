import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assembleManifest, toPublication, validateManifest, validateText } from "./index.ts";

const bytes = (content: string | Uint8Array) => new Uint8Array(Buffer.from(content));
const directory = (files: Record<string, string | Uint8Array>) =>
  new Map(Object.entries(files).map(([path, content]) => [path, bytes(content)]));
const agent = { agentId: "a", manifest: { entryPrompt: "prompts/system.md" } };
const servers = { docs: { command: "docs-mcp", args: ["--stdio"] } };

interface Assembled {
  files?: { path: string; content: string; encoding: string }[];
  manifest?: Record<string, unknown>;
}
const assembled = (agentJson: unknown, files: Record<string, string | Uint8Array>): Assembled =>
  assembleManifest(agentJson, directory(files)).manifest as Assembled;

describe("files beside agent.json", () => {
  it("are published, ordered by path, whatever order the directory was read in", () => {
    const names = ["prompts/system.md", "assets/b.json", "assets/a.json", "B.md", "mcp/mcp.json"];
    const inOrder = [...names].sort();
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        const { files } = assembled(agent, Object.fromEntries(shuffled.map((name) => [name, name])));
        expect(files).toEqual(inOrder.map((name) => ({ path: name, content: name, encoding: "utf-8" })));
      }),
    );
  });

  it("follow those that agent.json lists itself", () => {
    const listed = { path: "z", content: "z" };
    expect(assembled({ ...agent, files: [listed] }, { a: "a" }).files).toMatchObject([listed, { path: "a" }]);
  });

  it("leave the list out if there are none", () => {
    expect(assembled(agent, {})).toEqual(agent);
  });
});

describe("$schema", () => {
  it("is for editors: with it or without it, the same is published under the same digest", () => {
    const published = (agentJson: object) => {
      const verdict = validateManifest(assembled(agentJson, { "prompts/system.md": "Greet." }));
      if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
      return toPublication(verdict.manifest).digest;
    };
    const whole = { ...agent, name: "A", version: "1.0.0" };
    expect(published({ $schema: "../schemas/agent.schema.json", ...whole })).toBe(published(whole));
  });

  it("stays where it is no reference, and is refused", () => {
    const verdict = validateText('{\n  "$schema": 7\n}');
    expect(verdict.errors).toContainEqual(
      expect.objectContaining({ path: '$["$schema"]', code: "invalid_type", line: 2, column: 14 }),
    );
  });
});

describe("mcp.json", () => {
  it("becomes manifest.mcpServers and is no published file", () => {
    const result = assembleManifest(agent, directory({ "mcp.json": JSON.stringify({ mcpServers: servers }) }));
    expect(result).toEqual({
      manifest: { ...agent, manifest: { ...agent.manifest, mcpServers: servers } },
      findings: [],
    });
  });

  it("may start with a byte order mark", () => {
    const text = `\ufeff${JSON.stringify({ mcpServers: servers })}`;
    expect(assembled(agent, { "mcp.json": text }).manifest?.mcpServers).toEqual(servers);
  });

  it("may say the same as manifest.mcpServers, in whatever order of keys", () => {
    const reordered = { docs: { args: ["--stdio"], command: "docs-mcp" } };
    const both = { ...agent, manifest: { ...agent.manifest, mcpServers: servers } };
    const { findings, manifest } = assembleManifest(
      both,
      directory({ "mcp.json": JSON.stringify({ mcpServers: reordered }) }),
    );
    expect(findings).toEqual([]);
    expect(manifest).toEqual(both);
  });

  it.each([
    ["mcp_not_json", "text that is not JSON", "{"],
    ["mcp_not_json", "bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["mcp_servers_missing", "no mcpServers", '{"servers":{}}'],
    ["mcp_servers_missing", "a list", "[]"],
    ["mcp_servers_missing", "null", "null"],
    ["mcp_servers_disagree", "other servers than the manifest", '{"mcpServers":{"docs":{"command":"other"}}}'],
  ])("is an error %s with %s, and changes nothing", (code, _what, content) => {
    const declared = { ...agent, manifest: { ...agent.manifest, mcpServers: servers } };
    const { findings, manifest } = assembleManifest(declared, directory({ "mcp.json": content }));
    expect(findings).toEqual([
      expect.objectContaining({
        code,
        severity: "error",
        path: "$.manifest.mcpServers",
        field: "manifest.mcpServers",
        message: expect.stringContaining("mcp.json"),
      }),
    ]);
    expect(manifest).toEqual(declared);
  });

  it("below the top of the directory is a file like any other", () => {
    expect(assembled(agent, { "assets/mcp.json": "{" }).files?.map(({ path }) => path)).toEqual(["assets/mcp.json"]);
  });
});

describe("an agent.json of the wrong shape", () => {
  it.each([null, 1, "text", [], [agent]])("%j comes back as it is, for validateManifest to report", (agentJson) => {
    expect(assembleManifest(agentJson, directory({ a: "a", "mcp.json": "{" }))).toEqual({
      manifest: agentJson,
      findings: [],
    });
  });

  it.each([
    [{ agentId: "a" }],
    [{ agentId: "a", manifest: [] }],
    [{ agentId: "a", manifest: "text" }],
    [{ agentId: "a", files: {} }],
  ])("%j keeps its parts as they are", (agentJson) => {
    const { manifest } = assembleManifest(
      agentJson,
      directory({ "mcp.json": JSON.stringify({ mcpServers: servers }) }),
    );
    expect(manifest).toEqual(agentJson);
  });

  it("never throws, and changes nothing that it was given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (agentJson, mcp) => {
        const before = JSON.stringify(agentJson);
        assembleManifest(agentJson, directory({ "mcp.json": JSON.stringify(mcp) }));
        assembleManifest({ ...agent, manifest: agentJson }, directory({ "mcp.json": `{"mcpServers":${before}}` }));
        expect(JSON.stringify(agentJson)).toBe(before);
      }),
    );
  });
});
