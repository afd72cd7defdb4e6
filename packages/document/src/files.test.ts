import type { ManifestFile } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileBytes, withFiles } from "./files.ts";

const bytes = (content: string | Uint8Array) => new Uint8Array(Buffer.from(content));
const beside = (content: Uint8Array) => (withFiles(undefined, new Map([["f", content]])) as [ManifestFile])[0];

describe("files beside a manifest", () => {
  it("keep every byte", () => {
    const content = fc.oneof(fc.uint8Array(), fc.string({ unit: "binary" }).map(bytes));
    fc.assert(
      fc.property(content, (original) => {
        const file = beside(original);
        expect(new Uint8Array(fileBytes(file))).toEqual(original);
      }),
    );
  });

  it("keep every byte of a part of a larger buffer", () => {
    const part = bytes("-text-").subarray(1, 5);
    expect(beside(part).content).toBe("text");
  });

  it.each([
    ["text in UTF-8", "Grüße, 世界", "utf-8"],
    ["no bytes", "", "utf-8"],
    ["text after a byte order mark", "\ufeffa", "utf-8"],
    ["text with NUL", "a\0b", "base64"],
    ["text in Latin-1", Buffer.from("Grüße", "latin1"), "base64"],
    ["an image", Buffer.from("89504e470d0a1a0a", "hex"), "base64"],
  ])("with %s are written as %s", (_what, content, encoding) => {
    expect(beside(bytes(content)).encoding).toBe(encoding);
  });

  it("follow those that it lists itself, ordered by path; without any there is no list", () => {
    const found = new Map(["b", "B", "a"].map((path) => [path, bytes(path)]));
    const files = ["B", "a", "b"].map((path) => ({ path, content: path, encoding: "utf-8" }));
    expect(withFiles(undefined, found)).toEqual(files);
    expect(withFiles([{ path: "z" }], found)).toEqual([{ path: "z" }, ...files]);
    expect(withFiles("no list", found)).toBe("no list");
    expect(withFiles(undefined, new Map())).toBeUndefined();
  });
});
