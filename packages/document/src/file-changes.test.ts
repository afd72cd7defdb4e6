import { expect, it } from "vitest";
import { changedFiles, fileText } from "./index.ts";

const file = (path: string, digest: string) => ({ path, size: 1, digest });
const withFiles = (files: Record<string, string>, comparedAs?: (path: string) => string) => ({
  files: Object.entries(files).map(([path, digest]) => file(path, digest)),
  comparedAs,
});

it("the files that differ are those with other contents, new and removed ones, ordered by path", () => {
  expect(changedFiles(withFiles({ z: "1", same: "1", gone: "1" }), withFiles({ same: "1", z: "2", a: "1" }))).toEqual([
    { before: undefined, after: file("a", "1") },
    { before: file("gone", "1"), after: undefined },
    { before: file("z", "1"), after: file("z", "2") },
  ]);
  expect(changedFiles({ files: undefined }, { files: undefined })).toEqual([]);
});

it("a file that has moved is compared with what it was", () => {
  const moved = (digest: string) =>
    changedFiles(
      withFiles({ "old/a": "1" }, () => "a"),
      withFiles({ "new/a": digest }, () => "a"),
    );
  expect(moved("1")).toEqual([]);
  expect(moved("2")).toEqual([{ before: file("old/a", "1"), after: file("new/a", "2") }]);
});

it.each([
  [Buffer.from("Grüße"), "Grüße"],
  [Buffer.from("\ufeffa"), "\ufeffa"],
  [Buffer.from(""), ""],
  [Buffer.from("a\0b"), undefined],
  [Buffer.from([0xff, 0x41]), undefined],
  [undefined, undefined],
])("%j as text is %j", (content, text) => {
  expect(fileText(content)).toBe(text);
});
