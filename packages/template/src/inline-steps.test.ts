import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyTemplates, inlinedPublication, stepsFile, toTemplatePublication, withInlineSteps } from "./index.ts";

type Step = { readonly id: string; readonly agentId: string; readonly dependsOn?: readonly string[] };
const a = { id: "a", agentId: "x" };
const b = { id: "b", agentId: "y", dependsOn: ["a"] };

const document = (content: object, files?: object) =>
  ({ templateId: "t", name: "T", version: "1.0.0", content, ...files }) as TemplateVersionDocument;
const inline = (...steps: readonly Step[]) => document({ steps });

/** Published with its steps in a file, and compared with them inline. */
const inFile = (steps: readonly Step[], { path = "steps.json", text = JSON.stringify({ steps }) } = {}) => {
  const publication = toTemplatePublication({
    ...document({ versionFile: path }),
    files: [{ path, content: text, encoding: "utf-8" }],
  });
  return inlinedPublication(publication);
};
const told = (before: TemplateVersionDocument, after: TemplateVersionDocument) =>
  classifyTemplates(before, after).differences.map(({ path, severity }) => `${path} ${severity}`);

const anySteps = fc
  .uniqueArray(fc.record({ id: fc.constantFrom("a", "b", "c", "d"), agentId: fc.constantFrom("x", "y") }), {
    selector: ({ id }) => id,
    minLength: 1,
  })
  .chain((steps) => fc.constantFrom(steps, steps.map((step) => ({ ...step, dependsOn: ["a"] })) as Step[]));

describe("the file of the steps", () => {
  it("is the one that versionFile names, if the steps are in it", () => {
    const file = { path: "steps.json", size: 1, digest: `sha256:${"ab".repeat(32)}` };
    expect(stepsFile(document({ versionFile: "steps.json" }, { files: [file] }))).toEqual(file);
    expect(stepsFile(document({ versionFile: "other.json" }, { files: [file] }))).toBeUndefined();
    expect(stepsFile(document({ steps: [a], versionFile: "steps.json" }, { files: [file] }))).toBeUndefined();
    expect(stepsFile(document({ instructions: "x" }))).toBeUndefined();
  });

  it("leaves a document without one as it is", () => {
    expect(withInlineSteps(inline(a), undefined)).toEqual(inline(a));
  });
});

describe("steps in a file", () => {
  it("are compared as steps, and the bytes of the file not told of as well", () => {
    expect(told(inFile([a, b]), inFile([a]))).toEqual(["$.content.steps[?@.id=='b'] major"]);
    expect(told(inFile([a]), inFile([a, b]))).toEqual(["$.content.steps[?@.id=='b'] minor"]);
  });

  it("that go to another file or inline as they are, are a patch", () => {
    expect(classifyTemplates(inFile([a, b]), inFile([a, b], { path: "other.json" })).bump).toBe("patch");
    expect(classifyTemplates(inFile([a, b]), inline(a, b)).bump).toBe("patch");
  });

  it("of a file that is only written otherwise are a patch of that file", () => {
    const spaced = inFile([a], { text: JSON.stringify({ steps: [a] }, null, 2) });
    expect(told(inFile([a]), spaced)).toEqual([
      "$.files[?@.path=='steps.json'].size patch",
      "$.files[?@.path=='steps.json'].digest patch",
    ]);
  });

  it("demand what the same steps demand inline", () => {
    fc.assert(
      fc.property(anySteps, anySteps, (before, after) => {
        const found = classifyTemplates(inFile(before), inFile(after));
        expect(found).toEqual(classifyTemplates(inline(...before), inline(...after)));
      }),
    );
  });
});

describe("the order of steps", () => {
  it("is what they do one after the other, unless they say what they wait for", () => {
    const c = { id: "c", agentId: "z" };
    expect(told(inline(a, c), inline(c, a))).toEqual(["$.content.steps[*].id minor"]);
    expect(told(inline(a, b), inline(b, a))).toEqual(["$.content.steps[*].id patch"]);
  });
});
