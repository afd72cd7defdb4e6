import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toTemplatePublication, validateTemplate, validateTemplateText } from "./index.ts";

const good = {
  templateId: "release-notes",
  name: "Release notes",
  version: "1.0.0",
  content: { kind: "workflow", versionFile: "versions/1.0.0.json" },
};
const steps = (...ids: string[]) => JSON.stringify({ steps: ids.map((id) => ({ id, agentId: "editor" })) });
const files = (content: Record<string, string>) =>
  new Map(Object.entries(content).map(([path, text]) => [path, new Uint8Array(Buffer.from(text))]));
const judged = (template: unknown, beside: Record<string, string> = {}) =>
  validateTemplateText(JSON.stringify(template, null, 2), files(beside));
const places = ({ errors }: ReturnType<typeof judged>) =>
  errors.map(({ code, path, line, column }) => `${code} ${path} ${line ?? "-"}:${column ?? "-"}`);

describe("the text of a template.json", () => {
  it("is valid with the steps beside it, which are published with it", () => {
    const verdict = judged(good, { "versions/1.0.0.json": steps("write"), "assets/a.md": "A" });
    expect(verdict).toMatchObject({
      valid: true,
      manifest: { ...good, files: [{ path: "assets/a.md" }, { path: "versions/1.0.0.json" }] },
    });
  });

  it("has a place for what stands in it, and none for what stands in the file of the steps", () => {
    const verdict = judged({ ...good, tags: ["Not A Tag"] }, { "versions/1.0.0.json": steps("write", "write") });
    expect(places(verdict)).toEqual(["invalid_format $.tags[0] 10:5", "duplicate $.files[0].content.steps[1].id -:-"]);
  });

  it("is told where it should hold what is missing, and where it is no JSON", () => {
    expect(places(judged(good))).toEqual(["version_file_missing $.content.versionFile 7:20"]);
    expect(places(validateTemplateText("{"))).toEqual(["json_invalid $ 1:2"]);
  });

  it("is published under the same digest with a `$schema` for editors and without it", () => {
    const published = (template: object) => {
      const verdict = judged(template, { "versions/1.0.0.json": steps("write") });
      if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
      return toTemplatePublication(verdict.manifest).digest;
    };
    expect(published({ $schema: "../schemas/template.schema.json", ...good })).toBe(published(good));
    expect(places(judged({ ...good, $schema: 7 }, { "versions/1.0.0.json": steps("write") }))).toEqual([
      'invalid_type $["$schema"] 9:14',
    ]);
  });

  it("gets the verdict that its value gets, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        for (const candidate of [value, { ...good, content: value }]) {
          const plain = JSON.parse(JSON.stringify(candidate)) as unknown;
          const bare = validateTemplateText(JSON.stringify(candidate)).errors.map(({ line, column, ...rest }) => {
            expect([line, column]).not.toContain(undefined);
            return rest;
          });
          expect(bare).toEqual(validateTemplate(plain).errors);
        }
      }),
    );
  });
});
