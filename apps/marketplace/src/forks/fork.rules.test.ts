import type { TemplateVersionDocument, TemplateVersionSummary } from "@nofx/contract-marketplace";
import { toTemplatePublication } from "@nofx/template";
import { describe, expect, it } from "vitest";
import { forkManifest, forkObstacle } from "./fork.rules.ts";

const content = { kind: "workflow" as const, versionFile: "steps.json" };
const published = toTemplatePublication({
  templateId: "source",
  name: "Source",
  version: "1.2.3",
  content,
  license: "MIT",
  files: [{ path: "steps.json", content: '{"steps":[{"id":"a","agentId":"x"}]}', encoding: "utf-8" }],
});
const contents = new Map(published.files.map(({ description, content: bytes }) => [description.digest, bytes]));
const names = { templateId: "mine", newVersion: "1.0.0" };

describe("a fork", () => {
  it("is its source under another id and number, files included", () => {
    const fork = toTemplatePublication(forkManifest(published.document, contents, names));
    expect(fork.document).toEqual({ ...published.document, templateId: "mine", version: "1.0.0" });
    expect(fork.files).toEqual(published.files);
  });

  it("has a name and a description of its own, if it is given them, and no files where there are none", () => {
    const { files: _files, ...document } = published.document;
    const manifest = forkManifest(document as TemplateVersionDocument, new Map(), {
      ...names,
      name: "N",
      description: "D",
    });
    expect(manifest).toMatchObject({ name: "N", description: "D" });
    expect(manifest).not.toHaveProperty("files");
  });

  it("is none of a file whose content is not there", () => {
    expect(() => forkManifest(published.document, new Map(), names)).toThrow("The content of steps.json is gone");
  });

  it.each([
    ["active", undefined],
    ["deprecated", undefined],
    ["archived", "1.0.0 is archived."],
    ["draft", "1.0.0 is a draft."],
  ] as const)("of a version that is %s: %s", (status, obstacle) => {
    expect(forkObstacle({ version: "1.0.0", status } as TemplateVersionSummary)).toBe(obstacle);
  });
});
