import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileFinding, judgePackage, locate, packageKinds } from "../index.ts";

type Changes = Readonly<Record<string, unknown>>;
type Files = Readonly<Record<string, unknown>>;

const metadata = { owner: "team@example.com", source: "packages/shared/agents/greeter", license: "Apache-2.0" };
const agent = (changes: Changes = {}): object => ({
  agentId: "greeter",
  name: "Greeter",
  version: "2.0.0",
  capabilities: [{ id: "greet", label: "Greet" }],
  tags: ["people", "writing", "welcome"],
  metadata,
  manifest: { entryPrompt: "prompts/system.md", capabilities: ["greet"] },
  ...changes,
});
const template = (changes: Changes = {}): object => ({
  templateId: "welcome",
  name: "Welcome",
  version: "2.0.0",
  tags: ["people", "writing", "welcome"],
  metadata: { ...metadata, source: "templates/welcome" },
  content: { kind: "workflow", versionFile: "versions/2.0.0.json" },
  ...changes,
});
const agents: Files = {
  "agent.json": agent(),
  "mcp.json": { mcpServers: {} },
  "prompts/system.md": "Greet.",
  "versions/1.0.0/agent.json": agent({ version: "1.0.0" }),
  "versions/1.0.0/prompts/system.md": "Greet.",
};
const templates: Files = {
  "template.json": template(),
  "assets/list.md": "- a",
  "versions/2.0.0.json": { steps: [] },
  "versions/1.0.0.json": { steps: [] },
  "versions/1.0.0/template.json": template({ version: "1.0.0", content: { versionFile: "versions/1.0.0.json" } }),
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const judge = (kind: "agent" | "template", files: Files, source?: string): FileFinding[] =>
  judgePackage({
    kind: packageKinds[kind],
    id: kind === "agent" ? "greeter" : "welcome",
    source,
    files: new Map(Object.entries(files).map(([path, value]) => [path, new Uint8Array(Buffer.from(textOf(value)))])),
  });
const told = (found: readonly FileFinding[]) =>
  found.map(({ severity, code, file, path, fix }) => `${severity} ${code} ${file} ${path} → ${fix}`);
const without = (files: Files, ...paths: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));

describe("a package that keeps to the standard", () => {
  it("has no findings", () => {
    expect(judge("agent", agents)).toEqual([]);
    expect(judge("agent", agents, "packages/shared/agents/greeter")).toEqual([]);
    expect(judge("template", templates)).toEqual([]);
  });
});

describe("the standard refuses", () => {
  it.each<[string, Files, string[]]>([
    [
      "an id that is not the directory's name",
      { ...agents, "agent.json": agent({ agentId: "greater" }) },
      ["error directory_disagrees greeter/agent.json $.agentId → greeter"],
    ],
    [
      "a version that is not its directory's name",
      { ...agents, "versions/1.0.0/agent.json": agent({ version: "1.0.1" }) },
      ["error directory_disagrees greeter/versions/1.0.0/agent.json $.version → 1.0.0"],
    ],
    [
      "a capability that orchestrators do not read",
      { ...agents, "agent.json": agent({ manifest: { capabilities: [] } }) },
      ["error capabilities_disagree greeter/agent.json $.manifest.capabilities → greet"],
    ],
    [
      "a capability that people do not read",
      { ...agents, "agent.json": agent({ capabilities: undefined }) },
      ["error capabilities_disagree greeter/agent.json $.capabilities → greet"],
    ],
    [
      "too few tags",
      { ...agents, "agent.json": agent({ tags: ["one", "two"] }) },
      ["warning tags_count greeter/agent.json $.tags → undefined"],
    ],
    [
      "too many tags",
      { ...agents, "agent.json": agent({ tags: ["a", "b", "c", "d", "e", "f"] }) },
      ['warning tags_count greeter/agent.json $.tags → ["a","b","c","d","e"]'],
    ],
    [
      "what nobody owns",
      { ...agents, "agent.json": agent({ metadata: { ...metadata, owner: " " } }) },
      ["error owner_missing greeter/agent.json $.metadata.owner → team@example.com"],
    ],
    [
      "what comes from nowhere",
      { ...agents, "agent.json": agent({ metadata: { ...metadata, source: undefined } }) },
      ["error source_missing greeter/agent.json $.metadata.source → agents/greeter"],
    ],
    [
      "what says that it comes from elsewhere",
      { ...agents, "agent.json": agent({ metadata: { ...metadata, source: "agents/old-greeter" } }) },
      ["error source_disagrees greeter/agent.json $.metadata.source → agents/greeter"],
    ],
    [
      "what nobody may use",
      { ...agents, "agent.json": agent({ metadata: { ...metadata, license: undefined } }) },
      ["warning license_missing greeter/agent.json $.metadata.license → Apache-2.0"],
    ],
    [
      "a package without a manifest",
      without(agents, "agent.json"),
      ["error agent_json_missing greeter/agent.json $ → undefined"],
    ],
    [
      "an earlier version without a manifest",
      without(agents, "versions/1.0.0/agent.json"),
      ["error agent_json_missing greeter/versions/1.0.0/agent.json $ → undefined"],
    ],
    [
      "a directory of versions that is called otherwise",
      { ...agents, "versions/v1.1.0/agent.json": agent({ version: "v1.1.0" }) },
      ["error version_directory_invalid greeter/versions/v1.1.0 $ → 1.1.0"],
    ],
    [
      "an earlier version that is higher, by precedence",
      { ...agents, "versions/10.0.0-rc.1/agent.json": agent({ version: "10.0.0-rc.1" }) },
      ["error version_not_newest greeter/agent.json $.version → 10.0.0-rc.1"],
    ],
    [
      "files anywhere",
      { ...agents, "notes.txt": "x", "versions/1.0.0/data/a.csv": "x" },
      [
        "warning file_misplaced greeter/notes.txt $ → assets/notes.txt",
        "warning file_misplaced greeter/versions/1.0.0/data/a.csv $ → assets/data/a.csv",
      ],
    ],
  ])("%s", (_what, files, expected) => {
    expect(told(judge("agent", files))).toEqual(expected);
  });

  it("a source that is not the directory in the repository, where that is known", () => {
    expect(told(judge("agent", { ...agents, "agent.json": agent() }, "agents/greeter"))).toEqual([]);
    const found = judge(
      "agent",
      without(agents, "versions/1.0.0/agent.json", "versions/1.0.0/prompts/system.md"),
      "a/greeter",
    );
    expect(told(found)).toEqual(["error source_disagrees greeter/agent.json $.metadata.source → a/greeter"]);
  });

  it.each<[string, Files, string]>([
    [
      "steps that are called by another version",
      { ...templates, "template.json": template({ content: { versionFile: "versions/1.0.0.json" } }) },
      "error version_file_misnamed welcome/template.json $.content.versionFile → versions/2.0.0.json",
    ],
    [
      "steps that are not there",
      without(templates, "versions/2.0.0.json"),
      "error version_file_missing welcome/template.json $.content.versionFile → undefined",
    ],
  ])("%s", (_what, files, expected) => {
    expect(told(judge("template", files))).toEqual([expected]);
  });
});

describe("a finding", () => {
  it("has the place of what is wrong, or of what should hold what is missing", () => {
    const text = textOf(agent({ tags: ["one"], metadata: { source: "x" } }));
    for (const { path, line, column, code } of judge("agent", { ...agents, "agent.json": text })) {
      expect({ code, line, column }).toEqual({ code, ...locate(text, path) });
    }
  });
});

describe("an agent that is made of code", () => {
  it("lays itself out as its language does", () => {
    const code = agent({ manifest: { entry: "src/main.ts", capabilities: ["greet"] } });
    expect(judge("agent", { "agent.json": code, "src/main.ts": "export {};" })).toEqual([]);
  });
});

describe("whatever lies in a directory", () => {
  it("is judged, and what is no manifest is left to validation", () => {
    const bytes = new Map([["agent.json", Uint8Array.of(0xff)]]);
    expect(judgePackage({ kind: packageKinds.agent, id: "a", source: undefined, files: bytes })).toEqual([]);
    const path = fc.constantFrom(
      "agent.json",
      "template.json",
      "versions/1.0.0/agent.json",
      "versions/x/y",
      "versions",
      "a",
    );
    fc.assert(
      fc.property(
        fc.constantFrom("agent", "template"),
        fc.dictionary(path, fc.oneof(fc.json({ maxDepth: 3 }), fc.string()), { noNullPrototype: true }),
        (kind, files) => {
          for (const { file, code } of judge(kind as "agent", files))
            expect([file, code].join(" ")).toMatch(/^(?:greeter|welcome)\/\S/);
        },
      ),
    );
  });
});
