import { ResourceId, SemVer } from "@nofx/contract-kit";
import type { Finding } from "@nofx/contract-registry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateManifest } from "./index.ts";

const promptDialect = {
  $schema: "https://example.com/agent.schema.json",
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  capabilities: [{ id: "review", label: "Review" }],
  tags: ["quality", "c++"],
  manifest: { entryPrompt: "prompts/system.md", capabilities: ["review"] },
  files: [{ path: "prompts/system.md", content: "You review code." }],
};
const codeDialect = { ...promptDialect, files: undefined, manifest: { entry: "src/index.ts#start" } };

const places = (findings: readonly Finding[]): string[] => findings.map(({ path, code }) => `${path} ${code}`).sort();
const errorsOf = (manifest: unknown): string[] => places(validateManifest(manifest).errors);

describe("a manifest without faults", () => {
  it.each([
    ["prompt", promptDialect],
    ["code", codeDialect],
  ])("in the %s dialect is valid, without errors and warnings", (_dialect, manifest) => {
    expect(validateManifest(manifest)).toMatchObject({ valid: true, errors: [], warnings: [] });
  });

  it("comes back with every key, unknown ones included, and encodings filled in", () => {
    const result = validateManifest({ ...promptDialect, extra: { deep: [1] } });
    expect(result).toHaveProperty("manifest.extra", { deep: [1] });
    expect(result).toHaveProperty("manifest.files[0].encoding", "utf-8");
  });

  it("may name an entry prompt without publishing any file", () => {
    expect(errorsOf({ ...promptDialect, files: undefined })).toEqual([]);
  });
});

describe("several faults", () => {
  it("are all reported at once, schema and rules together", () => {
    const manifest = {
      agentId: "publish",
      name: 7,
      version: "1.0",
      capabilities: [{ id: "a", label: "A" }, { id: "a", label: "again" }, { id: "b" }],
      tags: ["x", "x", "No"],
      sourceCommit: "zz",
      metadata: [],
      manifest: {
        entryPrompt: "prompts/none.md",
        resources: { timeoutSeconds: -1 },
        tools: [""],
        mcpServers: { files: {} },
      },
      files: [
        { path: "../up", content: "a" },
        { path: "twice", content: "a" },
        { path: "twice", content: "?", encoding: "base64" },
      ],
    };
    expect(errorsOf(manifest)).toEqual(
      [
        "$.agentId reserved",
        "$.capabilities[1].id duplicate",
        "$.capabilities[2].label required",
        "$.files[0].path invalid_format",
        "$.files[2].content not_base64",
        "$.files[2].path duplicate",
        "$.manifest.entryPrompt entry_not_published",
        "$.manifest.mcpServers.files.command required",
        "$.manifest.resources.timeoutSeconds too_small",
        "$.manifest.tools[0] too_small",
        "$.metadata invalid_type",
        "$.name invalid_type",
        "$.sourceCommit invalid_format",
        "$.tags[1] duplicate",
        "$.tags[2] invalid_format",
        "$.version invalid_format",
      ].sort(),
    );
  });

  it.each(["agentId", "name", "version", "manifest"])("include that %s is required", (field) => {
    expect(errorsOf({ ...promptDialect, [field]: undefined })).toEqual([`$.${field} required`]);
  });

  it.each([
    "agentId",
    "name",
    "version",
    "description",
    "capabilities",
    "tags",
    "metadata",
    "manifest",
    "sourceCommit",
    "files",
  ])("include a wrong type of %s", (field) => {
    expect(validateManifest({ ...promptDialect, [field]: 42 }).errors).toContainEqual(
      expect.objectContaining({ path: `$.${field}`, field, code: "invalid_type", severity: "error" }),
    );
  });

  it.each([null, true, 1, "text", []])("are reported for %j, which is no manifest at all", (input) => {
    expect(errorsOf(input)).toEqual(["$ invalid_type"]);
  });
});

describe("the agent's entry", () => {
  it("is required: a prompt or a source file", () => {
    expect(validateManifest({ ...promptDialect, manifest: {} }).errors).toEqual([
      expect.objectContaining({ path: "$.manifest.entryPrompt", code: "entry_missing", fix: "prompts/system.md" }),
    ]);
  });

  it("is among the published files, if it is a prompt and there are any", () => {
    const manifest = { ...promptDialect.manifest, entryPrompt: "prompts/other.md" };
    expect(errorsOf({ ...promptDialect, manifest })).toEqual(["$.manifest.entryPrompt entry_not_published"]);
  });
});

describe("ids", () => {
  it.each(["publish", "validate", "import", "resolve"])("%s is reserved, as it is part of addresses", (agentId) => {
    expect(errorsOf({ ...promptDialect, agentId })).toEqual(["$.agentId reserved"]);
  });

  it.each([
    ["My Agent!", "my-agent"],
    ["--Über--uns--", "ber--uns"],
    ["!!!", undefined],
  ])("%j is refused with the fix %j", (agentId, fix) => {
    expect(validateManifest({ ...promptDialect, agentId }).errors[0]?.fix).toBe(fix);
  });

  it.each([
    ["v1.2.3", "1.2.3"],
    [" =1.2.3 ", "1.2.3"],
    ["1.2", undefined],
    ["v1.99999999999999999.0", undefined],
  ])("version %j is refused with the fix %j", (version, fix) => {
    expect(validateManifest({ ...promptDialect, version }).errors[0]).toMatchObject({ path: "$.version" });
    expect(validateManifest({ ...promptDialect, version }).errors[0]?.fix).toBe(fix);
  });

  it("have fixes that are valid themselves", () => {
    const word = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(word, word, (agentId, version) => {
        for (const { field, fix } of validateManifest({ ...promptDialect, agentId, version }).errors) {
          const schema = field === "version" ? SemVer : ResourceId;
          if (fix !== undefined) expect(schema.safeParse(fix).success, fix).toBe(true);
        }
      }),
      {
        examples: [
          ["a".repeat(150), "1.0.0"],
          [`${"İ".repeat(127)}x`, "1.0.0"],
          [`${"a".repeat(127)}-b`, "1.0.0"],
        ],
      },
    );
  });
});

describe("warnings", () => {
  it("name unknown keys and leave the manifest valid", () => {
    const manifest = { ...promptDialect.manifest, tempurature: 0.2 };
    const result = validateManifest({ ...promptDialect, manifest, licence: "MIT" });
    expect(result.valid).toBe(true);
    expect(places(result.warnings)).toEqual(["$.licence unknown_key", "$.manifest.tempurature unknown_key"]);
  });

  it("name capabilities that only one of the two lists has, and leave the manifest valid", () => {
    const manifest = { ...promptDialect.manifest, capabilities: ["inner"] };
    const result = validateManifest({ ...promptDialect, manifest });
    expect(result.valid).toBe(true);
    expect(places(result.warnings)).toEqual([
      "$.capabilities capabilities_disagree",
      "$.manifest.capabilities capabilities_disagree",
    ]);
  });

  it("are told beside errors", () => {
    const result = validateManifest({ ...promptDialect, version: "1", licence: "MIT" });
    expect(result.valid).toBe(false);
    expect(places(result.warnings)).toEqual(["$.licence unknown_key"]);
  });
});

describe("whatever comes in", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const field = (known: fc.Arbitrary<unknown>) => fc.option(fc.oneof(known, json), { nil: undefined });

  it("gets a verdict and never an exception", () => {
    const almost = fc.record({
      agentId: field(fc.constant("code-review")),
      name: field(fc.string()),
      version: field(fc.constant("1.0.0")),
      capabilities: field(fc.array(fc.oneof(json, fc.record({ id: json, label: json })))),
      tags: field(fc.array(json)),
      files: field(fc.array(fc.record({ path: json, content: fc.oneof(json, fc.string()), encoding: json }))),
      manifest: field(fc.record({ entryPrompt: json, capabilities: fc.array(json), mcpServers: json, tools: json })),
    });
    fc.assert(
      fc.property(fc.oneof(json, almost), (input) => {
        const { valid, errors } = validateManifest(input);
        expect(valid).toBe(errors.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  it("may hold objects that cannot be written as text", () => {
    const stubborn = () => ({ toString: 1, valueOf: 1 });
    const manifest = { ...promptDialect.manifest, capabilities: [stubborn()] };
    const capabilities = [{ id: stubborn(), label: "A" }];
    expect(validateManifest({ ...promptDialect, capabilities, manifest, tags: [stubborn()] }).valid).toBe(false);
  });

  it("is judged in time that grows with its size, however long an id is", () => {
    const startedAt = performance.now();
    validateManifest({ ...promptDialect, agentId: `a${"-".repeat(100_000)}a` });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
