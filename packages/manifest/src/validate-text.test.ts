import type { Finding } from "@nofx/contract-registry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assembleManifest, findingsMax, validateManifest, validateText } from "./index.ts";

const good = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  manifest: { entryPrompt: "prompts/system.md" },
};
const printed = (overrides: object = {}) => JSON.stringify({ ...good, ...overrides }, null, 2);
const files = (content: Record<string, string>) =>
  new Map(Object.entries(content).map(([path, text]) => [path, new Uint8Array(Buffer.from(text))]));
const places = (findings: readonly Finding[]) =>
  findings.map(({ code, path, line, column }) => `${code} ${path} ${line ?? "-"}:${column ?? "-"}`);
const errors = (text: string, beside?: Record<string, string>) =>
  places(validateText(text, beside && files(beside)).errors);

describe("a text without faults", () => {
  it("is valid, and gives the manifest with the files beside it", () => {
    const verdict = validateText(printed(), files({ "prompts/system.md": "Review.", "mcp.json": '{"mcpServers":{}}' }));
    expect(verdict).toMatchObject({
      valid: true,
      warnings: [],
      manifest: { files: [{ path: "prompts/system.md" }], manifest: { mcpServers: {} } },
    });
  });

  it("may begin with a byte order mark", () => {
    expect(validateText(`\ufeff${printed()}`).valid).toBe(true);
  });
});

describe("what is wrong with the manifest", () => {
  it("is told with line and column, all of it", () => {
    const text = `{
  "agentId": "Code Review",
  "name": "Code review",
  "tags": ["ok", "Not ok"],
  "manifest": { "entryPrompt": "../up.md", "modle": "m" }
}`;
    const verdict = validateText(text);
    expect(places(verdict.errors).sort()).toEqual([
      "invalid_format $.agentId 2:14",
      "invalid_format $.manifest.entryPrompt 5:32",
      "invalid_format $.tags[1] 4:18",
      "required $.version 1:1",
    ]);
    expect(places(verdict.warnings)).toEqual(["unknown_key $.manifest.modle 5:44"]);
  });

  it("has no place if it lies in a file beside agent.json", () => {
    const listed = [
      { path: "prompts/system.md", content: "a" },
      { path: "../x", content: "a" },
    ];
    const text = printed({ files: listed });
    const found = errors(text, { "prompts/system.md": "b", "mcp.json": '{"mcpServers":{"a":{}}}' });
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        "duplicate $.files[2].path -:-",
        "required $.manifest.mcpServers.a.command -:-",
        expect.stringMatching(/^invalid_format \$\.files\[1\]\.path \d+:\d+$/),
      ]),
    );
  });

  it("has a place if servers are named both here and in mcp.json", () => {
    const text = printed({ manifest: { ...good.manifest, mcpServers: { a: { command: "a" } } } });
    expect(errors(text, { "prompts/system.md": "a", "mcp.json": '{"mcpServers":{}}' })).toEqual([
      "mcp_servers_disagree $.manifest.mcpServers 7:19",
    ]);
  });
});

describe("what is wrong with the text", () => {
  it("is told beside the faults of the manifest, if it leaves no doubt: comments and trailing commas", () => {
    const text = `{ // mine
  "agentId": "Code Review",
  "name": "Code review", "version": "1.0.0",
  "manifest": { "entryPrompt": "a.md", },
}`;
    expect(errors(text)).toEqual([
      "json_invalid $ 1:3",
      "json_invalid $ 4:40",
      "json_invalid $ 5:1",
      "invalid_format $.agentId 2:14",
    ]);
  });

  it("includes keys that are there twice, as a warning", () => {
    const text = printed().replace('"name"', '"name": "Old",\n  "name"');
    const { valid, warnings } = validateText(text);
    expect(valid).toBe(true);
    expect(places(warnings)).toEqual(["duplicate_key $.name 4:3"]);
  });
});

describe("whatever comes in", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  it("gets the verdict that its value gets, every finding with a place", () => {
    fc.assert(
      fc.property(json, json, (value, manifest) => {
        for (const candidate of [value, { ...good, manifest, name: value }]) {
          const verdict = validateText(JSON.stringify(candidate));
          const plain = validateManifest(assembleManifest(JSON.parse(JSON.stringify(candidate)), new Map()).manifest);
          const bare = verdict.errors.map(({ line, column, ...rest }) => {
            expect([line, column]).not.toContain(undefined);
            return rest;
          });
          expect(bare).toEqual(plain.errors);
        }
      }),
    );
  });
});

describe("very many faults", () => {
  it("are told up to a number, and how many more there are", () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `no-${index}`);
    const mcpServers = Object.fromEntries(names.map((name) => [name, {}]));
    const odd = Object.fromEntries(names.map((name) => [name, 1]));
    const { errors: found, warnings } = validateManifest({
      ...good,
      manifest: { ...good.manifest, mcpServers },
      ...odd,
    });
    expect(found).toHaveLength(findingsMax + 1);
    expect(warnings).toHaveLength(findingsMax + 1);
    expect(found.at(-1)).toMatchObject({ path: "$", code: "more_findings", severity: "error" });
    expect(warnings.at(-1)).toMatchObject({ message: expect.stringMatching(/^\d+ more/), severity: "warning" });
    expect(JSON.stringify([found, warnings]).length).toBeLessThan(200_000);
  });
});
