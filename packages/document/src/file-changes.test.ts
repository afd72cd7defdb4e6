import { expect, it } from "vitest";
import { changedFiles, fileText } from "./index.ts";

const withFiles = (files: Record<string, string> | undefined) => ({
  ...(files && { files: Object.entries(files).map(([path, digest]) => ({ path, size: 1, digest })) }),
});

it("the files that differ are those with other contents, new and removed ones, ordered by path", () => {
  expect(changedFiles(withFiles({ z: "1", same: "1", gone: "1" }), withFiles({ same: "1", z: "2", a: "1" }))).toEqual([
    { path: "a", before: undefined, after: "1" },
    { path: "gone", before: "1", after: undefined },
    { path: "z", before: "1", after: "2" },
  ]);
  expect(changedFiles(withFiles(undefined), withFiles(undefined))).toEqual([]);
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
