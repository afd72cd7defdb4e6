import { coreErrors, errorCodes, errorDefinition, type Operation } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { marketplaceContract, NewBuilderTemplate, PromptContent, TemplateManifest } from "./index.ts";

const operations = Object.values<Operation>(marketplaceContract.operations).filter(({ tag }) => tag === "Templates");
const keysOf = (schema: Operation["params"]): string[] => Object.keys(schema?.shape ?? {}).sort();

describe.each(operations.map((operation) => [operation.id, operation] as const))("operation %s", (id, operation) => {
  it("is called by its id, under /api, with the parameters of its path", () => {
    expect(marketplaceContract.operations).toHaveProperty(id);
    expect(operation.path).toMatch(/^\/api\/templates(?:\/(?:[a-z-]+|\{\w+\}))*(?:\/\{\w+\+\})?$/);
    const names = [...operation.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name).sort();
    expect(keysOf(operation.params)).toEqual(names);
  });

  it("has an example that fits it", () => {
    const { example, params, query, body, success } = operation;
    const { body: sent, ...named } = { body: undefined, ...example?.arguments };
    const asked = z.strictObject({ ...params?.shape, ...query?.shape });
    expect(asked.safeParse(named).error?.issues).toBeUndefined();
    expect(body?.safeParse(sent).error?.issues).toBeUndefined();
    const [answer] = Object.values(success);
    if (!answer || "raw" in answer) expect(example?.answer).toBeUndefined();
    else expect(answer.parse(example?.answer)).toEqual(example?.answer);
    for (const [status, further] of Object.entries(example?.also ?? {})) {
      expect((success[Number(status)] as z.ZodType).parse(further)).toEqual(further);
    }
  });

  it("has a summary without and a description with a full stop, and errors of a catalogue", () => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.description).toMatch(/^[A-Z].*\.$/);
    for (const code of errorCodes(operation)) {
      expect(errorDefinition(marketplaceContract.errors, code).status).toBeGreaterThan(399);
    }
  });

  it("writes idempotently, and only with a scope", () => {
    const { method, access, idempotent } = operation;
    if (method === "GET") expect(access).toEqual({ scope: "templates:read", anonymous: true });
    else if (id !== "validateTemplate") expect([idempotent, "anonymous" in access]).toEqual([true, false]);
  });
});

describe("the catalogue of errors", () => {
  it("has no code that no operation answers, and none of the core", () => {
    const answered = new Set(Object.values<Operation>(marketplaceContract.operations).flatMap(errorCodes));
    const defined = Object.keys(marketplaceContract.errors);
    expect(defined.filter((code) => !answered.has(code) || code in coreErrors)).toEqual([]);
  });
});

describe("a template's manifest", () => {
  const given = {
    templateId: "t",
    name: "T",
    version: "1.0.0",
    content: { kind: "workflow", versionFile: "versions/1.0.0.json" },
  };
  const accepts = (more: object) => TemplateManifest.safeParse({ ...given, ...more }).success;

  it("has up to ten tags, and keeps what nobody knows of", () => {
    const tags = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
    expect([accepts({ tags: tags(10) }), accepts({ tags: tags(11) })]).toEqual([true, false]);
    expect(TemplateManifest.parse({ ...given, later: 1 })).toMatchObject({ later: 1 });
  });

  it.each([
    { name: " " },
    { name: "x".repeat(201) },
    { version: "1.0" },
    { category: "No Category" },
    { metadata: { agents: "x" } },
    { content: [] },
    { content: undefined },
    { files: [{ path: "/etc/passwd", content: "" }] },
    { files: [{ path: "a/../../b", content: "" }] },
  ])("is refused with %j", (more) => {
    expect(accepts(more)).toBe(false);
  });
});

describe("the content of a prompt", () => {
  it("is one that the builder can show: what it leaves out has a default there", () => {
    const content = { instructions: "x", input: [{ type: "input_text", text: "y" }] };
    const whole = {
      ...content,
      kind: "prompt",
      model: "m",
      metadata: { a: "b" },
      channels: { slack: true },
      tools: { builtin: ["web_search"] },
      maxToolCalls: 3,
      toolChoice: "auto",
      historyPlan: { a: 1 },
    };
    for (const given of [content, whole]) {
      expect(NewBuilderTemplate.safeParse({ ...PromptContent.parse(given), name: "T" }).error).toBeUndefined();
    }
  });
});
