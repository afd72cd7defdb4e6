import { mkdir, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Source } from "../src/source.ts";
import { readTemplates } from "../src/templates.ts";
import { directoryOf, writeFiles } from "./directory.ts";
import { stepsJson, template, templateJson } from "./template-directory.ts";

const found = (sources: readonly Source<unknown>[]) =>
  sources.flatMap(({ findings }) =>
    findings.map(({ file, line, column, code }) => `${file}${line ? `:${line}:${column}` : ""} ${code}`),
  );

const prompt = { kind: "prompt", instructions: "Help.", input: [{ type: "input_text", text: "Now." }] };

describe("readTemplates", () => {
  it("reads the templates that ship, each with its own steps and assets, and finds nothing wrong", async () => {
    const sources = await readTemplates(join(import.meta.dirname, "../../shared/templates"));
    expect(found(sources)).toEqual([]);
    expect(new Set(sources.map(({ id }) => id)).size).toBe(16);
    const versions = sources.filter(({ id }) => id === "support-escalation");
    expect(versions.map(({ version, manifest }) => [version, manifest?.files?.map(({ path }) => path)])).toEqual([
      ["1.0.0", ["assets/handover-checklist.md", "versions/1.0.0.json"]],
      ["1.1.0", ["assets/handover-checklist.md", "assets/sample-input.json", "versions/1.1.0.json"]],
    ]);
  });

  it("takes steps from `versions` for earlier versions too, and any other file from beside its template.json", async () => {
    const beside = { kind: "workflow", versionFile: "steps/main.json" };
    const root = await directoryOf({
      ...template("notes", { version: "1.10.0" }, "1.9.0"),
      "notes/assets/skeleton.md": "# Notes\n",
      ...template("moved", { version: "2.0.0", content: beside }),
      "moved/steps/main.json": stepsJson("new"),
      "moved/versions/1.0.0/template.json": templateJson({ templateId: "moved", content: beside }),
      "moved/versions/1.0.0/steps/main.json": stepsJson("old"),
      "coach/template.json": templateJson({ templateId: "coach", content: prompt }),
      "categories.json": "[]",
    });
    const sources = await readTemplates(root);
    expect(
      sources.map(({ id, version, file, manifest }) => [id, version, file, manifest?.files?.map(({ path }) => path)]),
    ).toEqual([
      ["coach", "1.0.0", "coach/template.json", undefined],
      ["moved", "1.0.0", "moved/versions/1.0.0/template.json", ["steps/main.json"]],
      ["moved", "2.0.0", "moved/template.json", ["steps/main.json"]],
      ["notes", "1.9.0", "notes/versions/1.9.0/template.json", ["versions/1.9.0.json"]],
      ["notes", "1.10.0", "notes/template.json", ["assets/skeleton.md", "versions/1.10.0.json"]],
    ]);
    expect(sources[1]?.manifest?.files?.[0]?.content).toContain('"old"');
    // Nobody names it: steps of `moved` lie elsewhere.
    expect(found(sources)).toEqual(["moved/versions/2.0.0.json file_unused"]);
  });

  it("tells file, line and column of what is wrong, in template.json and in the file of the steps", async () => {
    const root = await directoryOf({
      ...template("typo"),
      "typo/template.json": '{\n  "templateId": nope\n}',
      ...template("twice", { version: "1.1.0" }, "1.0.0"),
      "twice/versions/1.0.0.json": stepsJson("write", "write"),
      ...template("cut"),
      "cut/versions/1.0.0.json": '{\n  "steps": [}\n',
      ...template("marked"),
      "marked/versions/1.0.0.json": `\ufeff${stepsJson("write")}`,
      ...template("binary"),
      "binary/versions/1.0.0.json": Uint8Array.of(0xff),
      ...template("deep"),
      "deep/versions/1.0.0.json": "[".repeat(70) + "]".repeat(70),
      "without/template.json": templateJson({ templateId: "without" }),
      ...template("other", { templateId: "another" }),
    });
    expect(found(await readTemplates(root))).toEqual([
      "binary/versions/1.0.0.json not_utf8",
      "cut/versions/1.0.0.json:2:13 json_invalid",
      "cut/versions/1.0.0.json:3:1 json_invalid",
      "deep/versions/1.0.0.json:1:65 json_invalid",
      "marked/versions/1.0.0.json version_file_not_json",
      "other/template.json:2:17 directory_disagrees",
      "twice/versions/1.0.0.json:8:13 duplicate",
      "typo/template.json:2:17 json_invalid",
      "typo/template.json:3:1 json_invalid",
      "typo/versions/1.0.0.json file_unused",
      "without/template.json:11:20 version_file_missing",
    ]);
  });

  it("overlooks nothing in `versions`, and never reads what lies outside", async () => {
    const outside = await directoryOf({ "1.0.0.json": stepsJson("secret") });
    const up = { kind: "workflow", versionFile: "versions/../../secret.json" };
    const root = await directoryOf({
      "secret.json": stepsJson("secret"),
      ...template("notes", { version: "2.0.0" }, "1.0.0"),
      "notes/versions/1.5.0.json": stepsJson("write"),
      "notes/versions/README.md": "x",
      "notes/versions/.keep": "",
      "notes/versions/1.0.0/versions/1.0.0.json": stepsJson("write"),
      "climbing/template.json": templateJson({ templateId: "climbing", content: up }),
      "linked/template.json": templateJson({ templateId: "linked" }),
      ...template("large"),
      "empty/versions/1.0.0.json": stepsJson("write"),
      "flat/template.json": templateJson({ templateId: "flat", content: prompt }),
      "flat/versions": "",
    });
    await mkdir(join(root, "linked/versions"));
    await symlink(join(outside, "1.0.0.json"), join(root, "linked/versions/1.0.0.json"));
    await truncate(join(root, "large/versions/1.0.0.json"), 256 * 1024 + 1);
    const sources = await readTemplates(root);
    expect(found(sources)).toEqual([
      "climbing/template.json:10:20 invalid_format",
      "climbing/template.json:10:20 version_file_missing",
      "empty/template.json template_json_missing",
      "empty/versions/1.0.0.json file_unused",
      "flat/versions not_a_version",
      "large/versions/1.0.0.json file_too_large",
      "linked/versions/1.0.0.json link_outside",
      "linked/template.json:11:20 version_file_missing",
      "notes/versions/1.0.0/versions versions_nested",
      "notes/versions/1.5.0.json file_unused",
      "notes/versions/README.md file_unused",
    ]);
    expect(JSON.stringify(sources)).not.toContain("secret\\");
  });

  it("reads a version that lies twice, if both are the same", async () => {
    const root = await directoryOf(template("same", {}, "1.0.0"));
    await writeFiles(root, template("differing", { description: "Other." }, "1.0.0"));
    const sources = await readTemplates(root);
    expect(found(sources)).toEqual(["differing/template.json version_twice"]);
  });

  it("finds something wrong, or has every file in a version or in a warning, whatever lies there", async () => {
    const texts: Record<string, string> = {
      "template.json": templateJson({ templateId: "t", version: "2.0.0" }),
      "versions/1.0.0/template.json": templateJson({ templateId: "t" }),
      "versions/1.0.0.json": stepsJson("write"),
      "versions/2.0.0.json": stepsJson("write"),
    };
    const paths = [...Object.keys(texts), "assets/a.md", "versions/b.md", "versions/1.0.0/c/d.md", "versions/.keep"];
    const strange = fc.constantFrom("", "{", "[]", "null", '{"content":{"versionFile":7}}', "\ufeff{}", "\u0000");
    const tree = fc.dictionary(fc.constantFrom(...paths), fc.option(strange, { freq: 6 }));
    await fc.assert(
      fc.asyncProperty(tree, async (given) => {
        const files = Object.entries(given).map(([path, text]) => [`t/${path}`, text ?? texts[path] ?? "text"]);
        const root = await directoryOf(Object.fromEntries(files));
        const sources = await readTemplates(root);
        const findings = sources.flatMap((source) => source.findings);
        if (findings.some(({ severity }) => severity === "error")) return;
        const published = sources.flatMap(({ file, manifest }) => [
          file,
          ...(manifest?.files ?? []).map(({ path }) =>
            path.startsWith("versions/") ? `t/${path}` : file.replace("template.json", path),
          ),
        ]);
        const told = new Set([...published, ...findings.map(({ file }) => file), "t/versions/.keep"]);
        expect(files.map(([path]) => path).filter((path) => !told.has(path as string))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
