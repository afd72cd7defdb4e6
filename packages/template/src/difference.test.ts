import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { kindOf, templateDifferences, toTemplatePublication, validateTemplate } from "./index.ts";

const document = (content: object, more: object = {}) =>
  ({ templateId: "t", name: "T", version: "1.0.0", content, ...more }) as TemplateVersionDocument;
const told = (before: object, after: object) =>
  templateDifferences(document(before), document(after)).map(({ path, severity }) => `${path} ${severity}`);

describe("what a change of a template means", () => {
  it("is by step, variable and file, wherever they stand in their list", () => {
    const [a, b] = [
      { id: "a", agentId: "x" },
      { id: "b", agentId: "y", name: "B" },
    ];
    expect(told({ steps: [a, b] }, { steps: [{ ...b, name: "C" }] })).toEqual([
      "$.content.steps[?@.id=='a'] major",
      "$.content.steps[?@.id=='b'].name patch",
    ]);
    expect(told({ steps: [a] }, { steps: [a, b] })).toEqual(["$.content.steps[?@.id=='b'] minor"]);
  });

  it("of variables is major where callers must do something", () => {
    const variables = (own: object) => ({ variables: { topic: { type: "string" }, ...own } });
    expect(told(variables({}), variables({ x: { required: true } }))).toEqual(["$.content.variables.x major"]);
    expect(told(variables({}), variables({ x: { required: false } }))).toEqual(["$.content.variables.x minor"]);
    expect(told(variables({ x: {} }), variables({}))).toEqual(["$.content.variables.x minor"]);
    const one = (rules: object) => ({ variables: { x: rules } });
    expect(told(one({ a: 1 }), one({ a: 1, required: true }))).toEqual(["$.content.variables.x.required major"]);
    expect(told(one({ a: 1, required: true }), one({ a: 1, required: false }))).toEqual([
      "$.content.variables.x.required minor",
    ]);
    expect(told(one({ type: "string" }), one({ type: "number" }))).toEqual(["$.content.variables.x.type major"]);
    expect(told(one({ description: "a" }), one({ description: "b" }))).toEqual([
      "$.content.variables.x.description patch",
    ]);
  });

  it("of all variables or dependencies at once is the gravest of them", () => {
    const own = { variables: { x: { type: "string", required: true }, y: {} } };
    expect(told({}, own)).toEqual(["$.content.variables major"]);
    expect(told(own, {})).toEqual(["$.content.variables minor"]);
    const dependencies = { agents: { a: "^1.0.0" }, templates: { t: "*" } };
    expect(told({}, { dependencies })).toEqual(["$.content.dependencies minor"]);
    expect(told({ dependencies }, {})).toEqual(["$.content.dependencies patch"]);
  });

  it("of a dependency's range is by the versions it lets go", () => {
    const range = (text: string) => ({ dependencies: { agents: { x: text } } });
    expect(told(range("^1.0.0"), range("^1.2.0"))).toEqual(["$.content.dependencies.agents.x minor"]);
    expect(told(range("^1.0.0"), range("^2.0.0"))).toEqual(["$.content.dependencies.agents.x major"]);
  });

  it("of environments is by who runs there, and tests are a patch", () => {
    const content = (environments: object, tests: object[] = []) => ({ goal: "g", environments, tests });
    const [a, b] = [{ variables: { x: 1 } }, { variables: { x: 2 } }];
    expect(told(content({ a }), content({ a, b }))).toEqual(["$.content.environments.b minor"]);
    expect(told(content({ a, b }), content({ a }))).toEqual(["$.content.environments.b major"]);
    expect(told(content({ a }), content({ a: b }))).toEqual(["$.content.environments.a.variables.x minor"]);
    expect(
      told(content({ a }, [{ name: "t" }]), content({ a }, [{ name: "u" }, { name: "t", variables: {} }])),
    ).toEqual(["$.content.tests[?@.name=='t'].variables patch", "$.content.tests[?@.name=='u'] patch"]);
  });

  it("of words alone is a patch", () => {
    expect(told({ goal: "a", instructions: "b" }, { goal: "c", instructions: "d" })).toEqual([
      "$.content.goal patch",
      "$.content.instructions patch",
    ]);
  });
});

describe("the published document", () => {
  it("has each file's digest in place of its content, ordered, and no source commit", () => {
    const given = {
      templateId: "t",
      name: "T",
      version: "1.0.0",
      sourceCommit: "abcdef1",
      content: { versionFile: "b.json" },
      files: [
        { path: "b.json", content: '{"steps":[{"id":"a","agentId":"x"}]}' },
        { path: "a.md", content: "eA==", encoding: "base64" },
      ],
    };
    const judged = validateTemplate(given);
    if (!judged.valid) throw new Error(JSON.stringify(judged.errors));
    const { document: published, text, digest, files } = toTemplatePublication(judged.manifest);
    expect(published).not.toHaveProperty("sourceCommit");
    expect(published.files?.map(({ path, size }) => [path, size])).toEqual([
      ["a.md", 1],
      ["b.json", 36],
    ]);
    expect(files[0]?.content.toString()).toBe("x");
    expect(JSON.parse(text)).toEqual(published);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe("the kind", () => {
  it("is what the content says, else what it looks like", () => {
    expect(kindOf({ kind: "prompt", steps: [] })).toBe("prompt");
    expect(kindOf({ kind: "workflow", instructions: "x" })).toBe("workflow");
    expect(kindOf({ instructions: "x" })).toBe("prompt");
    expect(kindOf({ instructions: "x", versionFile: "y" })).toBe("workflow");
    expect(kindOf({})).toBe("workflow");
  });
});
