import { describe, expect, it } from "vitest";
import { asObject, finding } from "./finding.ts";
import { judgeText, type ManifestRules, withoutSchemaReference } from "./judge-text.ts";

/** A manifest of files, each of which says no; and of `extra`, which comes from elsewhere unless the text has it. */
const rules: ManifestRules<unknown> = {
  assemble: (content, files) => ({
    manifest: { ...asObject(content), beside: [...files.keys()] },
    findings: files.has("broken") ? [finding("error", ["name"], "broken", "Broken")] : [],
  }),
  validate: (manifest) => {
    const { refuse } = asObject(manifest);
    const warnings = [finding("warning", ["odd"], "unknown_key", "Unknown")];
    if (!Array.isArray(refuse)) return { valid: true, manifest, errors: [], warnings };
    return { valid: false, errors: refuse.map((path) => finding("error", path, "refused", "No")), warnings };
  },
  isElsewhere: (content, [first]) => first === "extra" && asObject(content).extra === undefined,
};
const places = (text: string, files?: ReadonlyMap<string, Uint8Array>) =>
  judgeText(rules, text, files).errors.map(({ code, line, column }) => `${code} ${line ?? "-"}:${column ?? "-"}`);

describe("a text of a manifest", () => {
  it("is valid with what lies beside it, and warnings point at keys", () => {
    const verdict = judgeText(rules, '{\n  "odd": 1\n}', new Map([["a.md", new Uint8Array()]]));
    expect(verdict).toMatchObject({
      valid: true,
      manifest: { odd: 1, beside: ["a.md"] },
      warnings: [{ code: "unknown_key", line: 2, column: 3 }],
    });
  });

  it("has a place for what stands in it, and none for what lies beside it or comes from elsewhere", () => {
    const refuse = JSON.stringify([["name"], ["files", 0, "path"], ["files", 1, "path"], ["files"], ["extra", "a"]]);
    const text = `{ "name": 1,\n "files": [{"path": 2}],\n "refuse": ${refuse} }`;
    expect(places(text)).toEqual(["refused 1:11", "refused 2:21", "refused -:-", "refused 2:11", "refused -:-"]);
  });

  it("is told everything at once: the text, the directory, the manifest", () => {
    const text = '{ "name": 1, "refuse": [["name"]], }';
    expect(places(text, new Map([["broken", new Uint8Array()]]))).toEqual([
      "json_invalid 1:36",
      "broken 1:11",
      "refused 1:11",
    ]);
    expect(judgeText(rules, "{")).toMatchObject({ valid: false, errors: [{ code: "json_invalid" }], warnings: [] });
  });
});

describe("a reference to a JSON Schema", () => {
  it("is for editors, and no content; what is no reference stays", () => {
    expect(withoutSchemaReference({ $schema: "../a.json", name: "A" })).toEqual({ name: "A" });
    expect(withoutSchemaReference({ $schema: 7, name: "A" })).toEqual({ $schema: 7, name: "A" });
  });
});
