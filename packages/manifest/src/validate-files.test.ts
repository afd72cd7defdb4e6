import { manifestLimits } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { validateManifest } from "./index.ts";

const promptDialect = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  manifest: { entryPrompt: "prompts/system.md" },
  files: [{ path: "prompts/system.md", content: "You review code." }],
};
const errorsOf = (manifest: unknown): string[] =>
  validateManifest(manifest).errors.map(({ path, code }) => `${path} ${code}`);
const withFile = (file: object) => ({
  ...promptDialect,
  files: [...promptDialect.files, { path: "assets/a.txt", content: "a", ...file }],
});

describe("a file's path", () => {
  it.each([
    "../secret",
    "a/../b",
    "/etc/passwd",
    "a\\b",
    "C:\\x",
    "a//b",
    "a/",
    "./a",
    "a/.",
    "..",
    "",
    "a\0b",
    "a\nb",
    "x".repeat(256),
  ])("%j is refused", (path) => {
    expect(validateManifest(withFile({ path })).errors).toContainEqual(
      expect.objectContaining({ path: "$.files[1].path" }),
    );
  });

  it.each(["a", ".hidden", "..a", "a.b/..c/d", "with space.md", "@scope/x+y"])("%j is accepted", (path) => {
    expect(errorsOf(withFile({ path }))).toEqual([]);
  });
});

describe("a file's content", () => {
  it.each(["a", "YQ", "YQ=", "=YQ=", "YQ==\n", "-_-_", "YQ==YQ=="])("%j is not base64", (content) => {
    expect(errorsOf(withFile({ content, encoding: "base64" }))).toEqual(["$.files[1].content not_base64"]);
  });

  it.each(["", "YQ==", "YWI=", "YWJj", "+/+/"])("%j is base64", (content) => {
    expect(errorsOf(withFile({ content, encoding: "base64" }))).toEqual([]);
  });

  it("may fill the size limit to the byte, counted after decoding", () => {
    const bytes = Buffer.alloc(manifestLimits.fileBytesMax);
    expect(errorsOf(withFile({ content: bytes.toString("base64"), encoding: "base64" }))).toEqual([]);
    const more = Buffer.alloc(manifestLimits.fileBytesMax + 1);
    expect(errorsOf(withFile({ content: more.toString("base64"), encoding: "base64" }))).toEqual([
      "$.files[1].content file_too_large",
    ]);
  });

  it("is counted in bytes, not in characters", () => {
    const content = "é".repeat(manifestLimits.fileBytesMax / 2 + 1);
    expect(errorsOf(withFile({ content }))).toEqual(["$.files[1].content file_too_large"]);
  });

  it("is limited for all files together", () => {
    const content = "x".repeat(manifestLimits.fileBytesMax);
    const files = ["prompts/system.md", "b", "c", "d"].map((path) => ({ path, content }));
    expect(errorsOf({ ...promptDialect, files })).toEqual([]);
    expect(errorsOf({ ...promptDialect, files: [...files, { path: "e", content: "1" }] })).toEqual([
      "$.files files_too_large",
    ]);
  });
});
