import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  AgentManifest,
  AgentVersionDocument,
  Endpoint,
  FilePath,
  McpServer,
  manifestLimits,
  registryContract,
  Tag,
} from "./index.ts";

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;
const { createToken, rollbackAgent, publishAgent, createTenant, listChanges } = registryContract.operations;
const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

describe("a file's path", () => {
  it.each(["prompts/system.md", ".env", "...", "a..b", "a/..b", "@x/y z+1.md", "x".repeat(255)])(
    "may be %j",
    (path) => {
      expect(accepts(FilePath, path)).toBe(true);
    },
  );

  it.each([
    "",
    ".",
    "..",
    "../a",
    "a/..",
    "a/../b",
    "./a",
    "a/./b",
    "/a",
    "a/",
    "a//b",
    "a\\b",
    "a\0",
    "a\n",
    "ä",
    "%2e",
    "x".repeat(256),
  ])("may not be %j", (path) => {
    expect(accepts(FilePath, path)).toBe(false);
  });
});

describe("a tag", () => {
  it.each(["a", "c++", "node.js", "x".repeat(40), "1-2_3"])("may be %j", (tag) => {
    expect(accepts(Tag, tag)).toBe(true);
  });

  it.each(["", "A", "-a", "a-", "a.", "+", "a b", "x".repeat(41)])("may not be %j", (tag) => {
    expect(accepts(Tag, tag)).toBe(false);
  });
});

describe("an MCP server", () => {
  it.each([
    { command: "npx", args: ["-y", "x"], env: { A: "b" }, extra: 1 },
    { url: "https://example.com/mcp" },
    { type: "http", url: "https://example.com/mcp", headers: { a: "b" } },
  ])("is a command or a URL: %j", (server) => {
    expect(accepts(McpServer, server)).toBe(true);
  });

  it.each([{}, { command: "" }, { url: "no url" }, { type: "ftp", url: "https://example.com" }, { env: {} }, "npx"])(
    "is not %j",
    (server) => {
      expect(accepts(McpServer, server)).toBe(false);
    },
  );
});

describe("an endpoint", () => {
  it.each(["https://a.example/mcp", "grpc.example.com:443", "https://{tenant}.example.com/mcp", "{baseUrl}/mcp"])(
    "may be at %j",
    (url) => {
      expect(accepts(Endpoint, { url, protocol: "mcp", headers: [] })).toBe(true);
    },
  );

  it.each(["", "a.example", "{}/mcp", "{base url}/mcp", "{baseUrl} /mcp"])("may not be at %j", (url) => {
    expect(accepts(Endpoint, { url })).toBe(false);
  });
});

describe("a manifest", () => {
  const least = { agentId: "a", name: "A", version: "1.0.0", manifest: { entryPrompt: "p.md" } };

  it("needs id, name, version and definition, nothing else", () => {
    expect(accepts(AgentManifest, least)).toBe(true);
    for (const key of Object.keys(least))
      expect(accepts(AgentManifest, { ...least, [key]: undefined }), key).toBe(false);
  });

  it("keeps unknown keys everywhere, so that none is lost by publishing", () => {
    const rich = {
      ...least,
      x: 1,
      capabilities: [{ id: "c", label: "C", x: 1 }],
      manifest: { ...least.manifest, x: 1, resources: { x: 1 }, dependencies: { x: 1 }, tools: [{ name: "t", x: 1 }] },
    };
    expect(AgentManifest.parse(rich)).toEqual(rich);
    expect(AgentVersionDocument.parse(rich)).toEqual(rich);
  });

  it.each([
    ["capabilities", manifestLimits.capabilitiesMax, (index: number) => ({ id: `c${index}`, label: "C" })],
    ["tags", manifestLimits.tagsMax, (index: number) => `t${index}`],
    ["files", manifestLimits.filesMax, (index: number) => ({ path: `f${index}`, content: "" })],
  ] as const)("may have the largest number of %s (%i), and not one more", (key, max, make) => {
    expect(accepts(AgentManifest, { ...least, [key]: list<unknown>(max, make) })).toBe(true);
    expect(accepts(AgentManifest, { ...least, [key]: list<unknown>(max + 1, make) })).toBe(false);
  });

  it.each(["abcdef0", "0".repeat(64)])("names its source commit %s in hexadecimal", (sourceCommit) => {
    expect(accepts(AgentManifest, { ...least, sourceCommit })).toBe(true);
  });

  it.each(["abcdef", "ABCDEF0", "main", "0".repeat(65)])("does not name a source commit %s", (sourceCommit) => {
    expect(accepts(AgentManifest, { ...least, sourceCommit })).toBe(false);
  });
});

describe("requests", () => {
  it("createToken takes either a role or scopes", () => {
    const body = { name: "ci" };
    expect(accepts(createToken.body, { ...body, role: "viewer" })).toBe(true);
    expect(accepts(createToken.body, { ...body, scopes: ["agents:read"] })).toBe(true);
    expect(accepts(createToken.body, { ...body, role: "viewer", scopes: ["agents:read"] })).toBe(false);
    expect(accepts(createToken.body, body)).toBe(false);
    expect(accepts(createToken.body, { ...body, scopes: [] })).toBe(false);
    expect(accepts(createToken.body, { ...body, scopes: ["root"] })).toBe(false);
  });

  it("createToken makes member tokens of 90 days unless told otherwise, never of more than ten years", () => {
    const body = { name: "ci", role: "viewer" };
    expect(createToken.body.parse(body)).toMatchObject({ kind: "member", expiresInDays: 90 });
    expect(accepts(createToken.body, { ...body, expiresInDays: 3651 })).toBe(false);
    expect(accepts(createToken.body, { ...body, expiresInDays: 0 })).toBe(false);
  });

  it.each(["", "   ", "x".repeat(501)])("rollbackAgent refuses the reason %j: the audit log needs one", (reason) => {
    expect(accepts(rollbackAgent.body, { targetVersion: "1.0.0", reason })).toBe(false);
  });

  it("createTenant refuses a blank name", () => {
    expect(accepts(createTenant.body, { id: "acme", name: " " })).toBe(false);
  });

  it("publishAgent writes, and releases, unless told not to", () => {
    expect(publishAgent.query.parse({})).toMatchObject({ dryRun: "false", draft: "false" });
    expect(accepts(publishAgent.query, { dryRun: "1" })).toBe(false);
  });

  it("listChanges waits at most 30 seconds", () => {
    expect(listChanges.query.parse({ wait: "30" }).wait).toBe(30);
    expect(accepts(listChanges.query, { wait: "31" })).toBe(false);
  });
});
