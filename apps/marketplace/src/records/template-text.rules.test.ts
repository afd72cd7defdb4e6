import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { wordBytesMax } from "@nofx/document";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchesOf, readingsOf, textOf } from "./template-text.rules.ts";

const digestOf = (path: string) => `sha256:${path}`;
const documentOf = (content: object, ...files: [path: string, size: number][]) =>
  ({
    content,
    files: files.map(([path, size]) => ({ path, size, digest: digestOf(path) })),
  }) as unknown as TemplateVersionDocument;

describe("batches", () => {
  it("have every item once, in order, and no more than fits, or one item", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(30), (sizes, max) => {
        const batches = batchesOf(sizes, (size) => size, max);
        expect(batches.flat()).toEqual(sizes);
        const sums = batches.map((batch) => batch.reduce((sum, size) => sum + size, 0));
        for (const [at, sum] of sums.entries()) {
          expect(sum <= max || batches[at]?.length === 1).toBe(true);
          // What comes next would not have fitted.
          if (at + 1 < batches.length) expect(sum + (batches[at + 1]?.[0] ?? 0)).toBeGreaterThan(max);
        }
      }),
    );
  });
});

describe("what is read of a version's files", () => {
  it("is all of the steps and the beginnings of texts", () => {
    const document = documentOf({ versionFile: "v.json" }, ["README.md", 200_000], ["v.json", 100_000], ["x.png", 5]);
    expect(readingsOf(document)).toEqual([
      { digest: digestOf("v.json"), bytes: 100_000 },
      { digest: digestOf("README.md"), bytes: wordBytesMax },
    ]);
    expect(readingsOf(documentOf({ steps: [] }))).toEqual([]);
  });
});

describe("the text of a version", () => {
  it("is goal, prompt, steps, variables and texts, and passes over what is something else", () => {
    const content = {
      goal: "Goal",
      instructions: "Do it",
      input: [
        { type: "input_text", text: "Part" },
        { type: "input_image", image_url: "u" },
      ],
      steps: [{ id: "one", name: "One", inputs: { prompt: "Short", count: 2, list: ["x"] } }, "odd"],
      variables: { since: { description: "When" }, until: {} },
    };
    const document = documentOf(content, ["a.md", 3], ["b.md", 3]);
    expect(textOf(document, (digest) => (digest === digestOf("a.md") ? Buffer.from("A") : undefined))).toBe(
      "Goal\nDo it\nPart\none\nOne\nShort\nsince\nWhen\nuntil\nA",
    );
  });

  it("has the steps of a file", () => {
    const document = documentOf({ versionFile: "v.json" }, ["v.json", 3]);
    const steps = Buffer.from(JSON.stringify({ steps: [{ id: "one" }] }));
    expect(textOf(document, () => steps)).toBe("one");
  });
});
