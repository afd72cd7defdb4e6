import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { comparisonOf, readableJson } from "./comparison.rules.ts";

const document = (content: object, more: object = {}) =>
  ({ templateId: "t", name: "T", version: "1.0.0", content, ...more }) as TemplateVersionDocument;
const steps = [{ id: "a", agentId: "x" }];
const inFile = (more: object = {}, own: readonly object[] = steps) => ({
  document: document({ versionFile: "f.json" }, { files: [{ path: "f.json", size: 2, digest: "sha256:0" }], ...more }),
  stepsText: JSON.stringify({ steps: own }),
});

describe("a comparison", () => {
  it("compares steps as steps, wherever they stand", () => {
    const inline = { document: document({ steps }), stepsText: undefined };
    const moved = comparisonOf(inFile(), inline);
    expect([moved.bump, moved.differences.map(({ path }) => path)]).toEqual([
      "patch",
      ["$.content.versionFile", "$.files"],
    ]);
    expect(moved.plan.equivalent).toBe(true);
    const gone = comparisonOf(inFile({}, [...steps, { id: "b", agentId: "y" }]), inline);
    expect(gone.differences).toContainEqual(
      expect.objectContaining({ path: "$.content.steps[?@.id=='b']", severity: "major" }),
    );
  });

  it("of two templates takes their ids for no difference", () => {
    expect(comparisonOf(inFile(), inFile({ templateId: "other" }))).toMatchObject({ bump: "none", differences: [] });
  });
});

describe("JSON as people read it", () => {
  it("is pretty-printed in canonical order; another text stays as it is", () => {
    expect(readableJson('{"b":1,"a":[]}')).toBe('{\n  "a": [],\n  "b": 1\n}\n');
    expect(readableJson("{broken")).toBe("{broken");
  });
});
