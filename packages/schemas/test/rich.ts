import { declaredSchemas } from "../src/index.ts";

/** Beside the worked examples, documents that have what those leave out, so that every rule has something to break. */

const exampleOf = (name: string): Record<string, unknown> =>
  declaredSchemas[name]?.examples[0] as Record<string, unknown>;
const digest = `sha256:${"0a".repeat(32)}`;
const file = { path: "prompts/system.md", content: "R3JlZXQu", encoding: "base64" };

const agent = {
  ...exampleOf("agent"),
  $schema: "../schemas/agent.schema.json",
  capabilities: [{ id: "greet", label: "Greet", description: "By name." }],
  sourceCommit: "9f2c1b7",
  files: [file],
  manifest: {
    entryPrompt: "prompts/system.md",
    entry: "src/main.ts",
    model: "m",
    capabilities: ["greet"],
    inputs: { type: "object" },
    outputs: true,
    tools: ["search", { name: "read" }],
    mcpServers: {
      docs: { command: "npx", args: ["-y"], env: { A: "b" } },
      far: { type: "sse", url: "https://mcp.example.com", headers: { A: "b" } },
    },
    permissions: ["read"],
    resources: { timeoutSeconds: 1.5, maxTokens: 1, memoryMb: 512 },
    dependencies: { agents: { other: "^1.0.0" }, packages: ["zod@^4"] },
    endpoints: [{ url: "https://a.example.com", protocol: "a2a" }, { url: "{baseUrl}/mcp" }],
    packages: [{ registryType: "npm", identifier: "x" }],
    modes: { input: ["text/plain"], output: ["text/plain"] },
    security: { a: 1 },
    interop: { mcp: { name: "x" } },
    origin: { format: "a2a", formatVersion: "1.0", file: "a.json", digest },
  },
};

const condition = { variable: "mode", equals: "edit" };
const shared = {
  goal: "Done.",
  variables: {
    mode: {
      type: "enum",
      required: true,
      default: "edit",
      description: "How",
      enum: ["edit"],
      pattern: "^e",
      format: "date",
      minLength: 1,
      maxLength: 5,
      minimum: 0,
      maximum: 9,
      exclusiveMinimum: 0,
      exclusiveMaximum: 9,
      multipleOf: 0.5,
      items: { type: "string" },
      minItems: 0,
      maxItems: 3,
      uniqueItems: true,
      properties: { a: true },
      schema: { type: "string" },
      when: {
        any: [condition, { all: [{ variable: "b", in: [1, null] }, { not: { variable: "c", present: true } }] }],
      },
      rules: [
        { holds: { variable: "mode", lessThan: { variable: "b" } }, message: "Later." },
        { holds: { variable: "mode", notEquals: true }, message: "Another." },
        {
          holds: {
            all: [
              { variable: "a", atMost: 1 },
              { variable: "a", atLeast: 0 },
            ],
          },
          message: "Between.",
        },
        { holds: { not: { variable: "a", greaterThan: "b" } }, message: "Earlier." },
      ],
    },
  },
  dependencies: { agents: { a: "^1.0.0" }, templates: { b: "^1.0.0" } },
  environments: {
    staging: {
      extends: "production",
      description: "First",
      variables: { mode: "edit" },
      agents: { a: "~1.0.0", b: null },
      channels: { slack: "#a" },
      resources: { queue: "batch" },
    },
    production: {},
  },
  tests: [
    {
      name: "Works",
      description: "Always",
      environment: "staging",
      variables: { mode: "edit" },
      plan: [
        { path: "$.steps[*]", count: 1 },
        { path: "$.a", exists: true },
        { path: "$.b", equals: null },
        { path: "$.c", matches: "a" },
      ],
      snapshot: digest,
    },
    { name: "Refuses", variables: {}, expect: { errors: [{ path: "$.variables.mode", code: "required" }] } },
    { name: "Plans", expect: { valid: true }, plan: [{ path: "$.a", includes: 1 }] },
  ],
};
const step = { id: "write", agentId: "editor", name: "Write", dependsOn: ["read"], inputs: { a: "{{ mode }}" } };
const workflow = {
  ...exampleOf("template"),
  $schema: "s",
  category: "engineering",
  license: "Apache-2.0",
  sourceCommit: "9f2c1b7",
  files: [file],
  content: { kind: "workflow", ...shared, versionFile: "versions/1.1.0.json", steps: [step] },
};
const prompt = {
  templateId: "daily",
  name: "Daily",
  version: "1.0.0",
  content: {
    kind: "prompt",
    ...shared,
    instructions: "Propose.",
    input: [
      { id: "1", type: "input_text", text: "{{ mode }}" },
      { type: "input_image", image_url: "https://a.example.com/a.png" },
      { type: "input_image", file_id: "f" },
      { type: "input_file", file_id: "f" },
      { type: "input_audio", audio: "AAAA", format: "mp3" },
    ],
    model: "m",
    metadata: { a: "b" },
    channels: { slack: true, email: false, inApp: true },
    tools: { builtin: ["web_search", { type: "file_search" }], include: ["a"] },
    maxToolCalls: 3,
    toolChoice: "auto",
    historyPlan: { a: 1 },
    conversationPolicy: "any",
    safetyIdentifier: "s",
  },
};

const standing = { statusReason: "Old", deprecatedAt: "2026-11-22T09:30:00.000Z" };
const bundled = {
  templateId: "daily",
  currentVersion: "1.0.0",
  status: "deprecated",
  ...standing,
  successor: { templateId: "weekly", tenant: "acme" },
  visibility: "private",
  builder: { deployments: { staging: { slack: true } }, source: digest },
  versions: [
    { version: "1.0.0", status: "deprecated", ...standing, successor: "1.1.0", sourceCommit: "9f2c1b7" },
    { version: "1.1.0", status: "active" },
  ],
};
const bundle = { ...exampleOf("bundle"), content: { kind: "templates", templates: [bundled] } };
const locked = { version: "1.4.0", digest, requestedBy: [{ by: "template daily 1.0.0", range: "^1.0.0" }] };

/** As published: without what says where it comes from, and with digests in place of contents. */
const published = ({ $schema: _where, sourceCommit: _origin, ...content }: Record<string, unknown>) => ({
  ...content,
  files: [{ path: file.path, size: 6, digest }],
});

const plan = {
  ...(exampleOf("rendered-plan") as { template: object; variables: object }),
  kind: "prompt",
  environment: "staging",
  goal: "Done.",
  steps: [
    {
      id: "write",
      name: "Write",
      agent: { tenant: "acme", agentId: "editor", version: "1.0.0", digest },
      dependsOn: [],
      inputs: {},
    },
  ],
  request: {
    model: "m",
    instructions: "Propose.",
    input: [{ role: "user", content: prompt.content.input }],
    metadata: { a: "b" },
  },
  channels: {},
  resources: {},
};
const [entry] = exampleOf("bundle-history") as unknown as readonly object[];

/** By the name of their schema. */
export const richDocuments: Readonly<Record<string, readonly unknown[]>> = {
  agent: [agent],
  mcp: [{ $schema: "s", mcpServers: agent.manifest.mcpServers }],
  template: [workflow, prompt],
  "template-steps": [{ steps: [step], metadata: { a: 1 } }],
  "agent-version": [published(agent)],
  "template-version": [published(workflow), published(prompt)],
  "rendered-plan": [plan],
  "bundle-history": [[{ ...entry, version: "1.0.0" }]],
  bundle: [bundle],
  "template-bundle": [{ bundle, entries: { a: { content: "", encoding: "utf-8" } } }],
  "bundle-lock": [
    { lockVersion: 1, strategy: "lowest", agents: { editor: locked, "acme/reader": locked }, templates: { x: locked } },
  ],
};
