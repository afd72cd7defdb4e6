import { type AgentVersionDocument, type InterchangeFormat, interchangeFormats } from "@nofx/contract-registry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportDocument, importDocument, toPublication, validateManifest } from "../src/index.ts";
import { fixture, unaccounted } from "./fixtures.ts";

const context = { tenant: "acme", publishedAt: "2026-11-22T09:30:00.000Z" };

/** Texts that no conversion makes up by itself, so that finding one in the target proves that it came along. */
const word = fc.uuid().map((id) => `w${id}`);
const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => {
  const text = JSON.stringify(value);
  return text.isWellFormed() && !/\\u0000|\\ud[89a-f]|__proto__|constructor|e\+\d|\d{16}/i.test(text);
});
const extras = fc.dictionary(word, json, { maxKeys: 3 });
const record = <T extends Record<string, fc.Arbitrary<unknown>>>(
  required: T,
  optional: Record<string, fc.Arbitrary<unknown>>,
) =>
  fc
    .tuple(fc.record(required), fc.record(optional, { requiredKeys: [] }), extras)
    .map(([must, may, more]) => ({ ...more, ...may, ...must }));

const words = fc.array(word, { maxLength: 3 });
const url = word.map((id) => `https://${id}.example/path`);
const skill = record(
  { id: fc.string({ minLength: 1 }), name: fc.string({ minLength: 1, maxLength: 200 }), description: fc.string() },
  { tags: words, examples: words, inputModes: words, outputModes: words },
);
const text = fc.string({ minLength: 1, maxLength: 300, unit: "grapheme" }).filter((value) => !value.includes("\u0000"));

const sources: Record<InterchangeFormat, fc.Arbitrary<Record<string, unknown>>> = {
  a2a: record(
    {
      name: text,
      description: text,
      version: fc.constantFrom("1.0.0", "v2", "2026.11", "1.0.0-rc.1"),
      supportedInterfaces: fc.array(record({ url, protocolBinding: word, protocolVersion: word }, { tenant: word }), {
        maxLength: 3,
      }),
      capabilities: record({}, { streaming: fc.boolean(), extensions: fc.array(record({ uri: word }, {})) }),
      skills: fc.array(skill, { maxLength: 4 }),
    },
    {
      provider: record({ organization: word, url }, {}),
      documentationUrl: word,
      defaultInputModes: words,
      securitySchemes: fc.dictionary(word, record({}, { mtlsSecurityScheme: record({}, {}) }), { maxKeys: 2 }),
      signatures: fc.array(json),
    },
  ),
  mcp: record(
    {
      name: word.map((id) => `com.example/${id}`),
      description: word,
      version: fc.constantFrom("1.0.0", "v2", "2026.11"),
    },
    {
      title: word,
      websiteUrl: url,
      repository: record({ url, source: word }, { id: word }),
      packages: fc.array(
        record(
          { registryType: word, identifier: word, transport: record({ type: fc.constant("stdio") }, {}) },
          { environmentVariables: fc.array(record({ name: word }, { isSecret: fc.boolean() })) },
        ),
        { maxLength: 3 },
      ),
      remotes: fc.array(
        record(
          { type: fc.constantFrom("sse", "streamable-http"), url },
          { headers: fc.array(record({ name: word }, {})) },
        ),
      ),
      _meta: fc.dictionary(word, json),
    },
  ),
  oasf: record(
    {
      name: text,
      version: fc.constantFrom("1.0.0", "v2"),
      schema_version: fc.constant("1.0.0"),
      description: text,
      authors: words,
      created_at: fc.constant("2026-01-01T00:00:00Z"),
      skills: fc.array(record({ name: word }, { annotations: fc.dictionary(word, word) }), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    {
      domains: fc.array(record({ name: word }, {})),
      modules: fc.array(record({ name: word, data: record({}, {}) }, {})),
      locators: fc.array(record({ type: word, urls: fc.array(url, { minLength: 1 }) }, {})),
      annotations: fc.dictionary(word, word),
      signature: json,
    },
  ),
};

describe.each(interchangeFormats)("any document of format %s", (format) => {
  it("becomes a publishable manifest, and every value is in it or told as lost", () => {
    fc.assert(
      fc.property(sources[format], (source) => {
        const result = importDocument({ format, content: JSON.stringify(source), agentId: "x" });
        if ("problems" in result) throw new Error(JSON.stringify(result.problems));
        expect(validateManifest(result.manifest)).toMatchObject({ valid: true, warnings: [] });
        const { files: _original, ...manifest } = result.manifest as { files: unknown };
        expect(unaccounted(source, manifest, result.losses)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

const capability = record(
  { id: word, label: word },
  { description: word, tags: words, examples: words, inputModes: json, oasf: json },
);
const endpoint = record({ url }, { protocol: fc.constantFrom("a2a", "mcp", "grpc"), binding: word, transport: json });
const manifests = record(
  {
    agentId: word,
    name: word,
    version: fc.constant("1.2.3"),
    capabilities: fc.array(capability, { minLength: 1, maxLength: 3 }),
    manifest: record(
      { entry: word },
      {
        model: word,
        inputs: fc.dictionary(word, json),
        endpoints: fc.array(endpoint, { maxLength: 3 }),
        packages: fc.array(record({ registryType: word, identifier: word }, { version: word, transport: json })),
        modes: record({}, { input: fc.array(word, { minLength: 1, maxLength: 2 }) }),
        security: record({}, { schemes: fc.dictionary(word, json), requirements: json }),
        interop: fc.dictionary(fc.constantFrom("a2a", "mcp", "oasf", "other"), fc.dictionary(word, json)),
        permissions: words,
      },
    ),
  },
  { description: word, metadata: fc.dictionary(fc.constantFrom("owner", "ownerUrl", "homepage", "x"), json) },
);
/** Told by where it stands, not by a value of its own. */
const byPlace = /^\$\.manifest\.endpoints\[\d+\]\.protocol$/;

describe.each(interchangeFormats)("any manifest, written as %s", (format) => {
  it("has every value in the document or told as lost", () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const judged = validateManifest(manifest);
        if (!judged.valid) throw new Error(JSON.stringify(judged.errors));
        const { document } = toPublication(judged.manifest);
        const written = exportDocument(format, document as AgentVersionDocument, context);
        if ("obstacle" in written) throw new Error(written.obstacle);
        const missing = unaccounted(document, JSON.parse(written.content), written.losses);
        expect(missing.filter((path) => !byPlace.test(path) && path !== "$.agentId")).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("hostile input", () => {
  const problems = (content: string, format: InterchangeFormat = "a2a") => {
    const result = importDocument({ format, content });
    return "problems" in result ? result.problems.map(({ path, code }) => `${path} ${code}`) : [];
  };
  const messages = (content: string) => {
    const result = importDocument({ format: "a2a", content });
    return "problems" in result ? result.problems.map(({ message }) => message) : [];
  };
  const { content } = fixture("a2a-1.0-minimal.json");

  it.each([
    ["not JSON", "name: Echo", "$ not_json"],
    ["nothing", "", "$ not_json"],
    ["a comment", "{} // card", "$ not_json"],
    ["65 levels", "[".repeat(65) + "]".repeat(65), "$ not_json"],
    ["100,000 levels", "[".repeat(100_000), "$ not_json"],
    ["more than a file may have", JSON.stringify({ x: "ä".repeat(200_000) }), "$ too_large"],
  ])("%s is one problem", (_name, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it("names that pretend to be prototypes, names twice, half characters and endless numbers are problems, all at once", () => {
    const text =
      '{"__proto__":{"a":1},"constructor":{"prototype":1},"a":1,"a":2,"b":"\\ud800","c":1e999,"d":"\\u0000"}';
    expect(problems(text).sort()).toEqual([
      "$.__proto__ forbidden_key",
      "$.a duplicate_key",
      "$.b not_text",
      "$.c not_a_number",
      "$.constructor.prototype forbidden_key",
      "$.d not_text",
    ]);
  });

  it("wrong types are all told, each with its line and column", () => {
    const text =
      '{\n  "name": 1,\n  "description": [],\n  "version": {},\n  "supportedInterfaces": [{"url": 5}],\n  "skills": "none"\n}';
    expect(problems(text)).toEqual([
      "$.name invalid_type",
      "$.description invalid_type",
      "$.version invalid_type",
      "$.supportedInterfaces[0].url invalid_type",
      "$.supportedInterfaces[0].protocolBinding invalid_type",
      "$.supportedInterfaces[0].protocolVersion invalid_type",
      "$.skills invalid_type",
    ]);
    expect(messages(text)[0]).toContain("line 2, column 11");
    expect(messages(text)[3]).toContain("line 5, column 35");
  });

  it("numbers that lose digits are told as lost", () => {
    const text = content.replace('"capabilities":{}', '"capabilities":{"big":12345678901234567890}');
    expect(importDocument({ format: "a2a", content: text })).toMatchObject({
      losses: [{ path: "$.capabilities.big" }, { path: "$.version" }],
    });
  });

  it.each(interchangeFormats)("any JSON at all as %s gives problems or a manifest, never a fault", (format) => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(importDocument({ format, content: text })).toBeDefined();
      }),
    );
  });

  it("more than a manifest holds is told as lost, one by one", () => {
    const many = (length: number, make: (index: number) => unknown) =>
      Array.from({ length }, (_, index) => make(index));
    const card = {
      ...JSON.parse(content),
      skills: many(101, (index) => ({ id: `s${index}`, name: "S", description: "" })),
      supportedInterfaces: [
        { url: "not a url", protocolBinding: "X", protocolVersion: "1.0" },
        ...many(51, (index) => ({ url: `https://${index}.example`, protocolBinding: "X", protocolVersion: "1.0" })),
      ],
    };
    const result = importDocument({ format: "a2a", content: JSON.stringify(card) });
    if ("problems" in result) throw new Error("problems");
    expect(result.losses.map(({ path }) => path)).toEqual([
      "$.version",
      "$.skills[100]",
      "$.supportedInterfaces[0]",
      "$.supportedInterfaces[51]",
    ]);
    expect(validateManifest(result.manifest)).toMatchObject({ valid: true });
    const server = {
      name: "com.example/many",
      description: "x",
      version: "1.0.0",
      packages: many(51, (index) => ({
        registryType: index === 0 ? "x".repeat(65) : "npm",
        identifier: `p${index}`,
        transport: { type: "stdio" },
      })),
    };
    const imported = importDocument({ format: "mcp", content: JSON.stringify(server) });
    expect(imported).toMatchObject({ losses: [{ path: "$.packages[0]" }, { path: "$.packages[50]" }] });
  });
});
