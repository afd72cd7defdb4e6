import { AgentManifest, AgentVersionDocument } from "@nofx/contract-registry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileBytes, mediaTypeOf, sha256, toPublication } from "./index.ts";

const base = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  tags: ["quality"],
  metadata: { owner: "alice", extra: { a: 1, b: [2] } },
  manifest: { entryPrompt: "prompts/system.md" },
  files: [
    { path: "prompts/system.md", content: "You review code." },
    { path: "assets/logo.png", content: "iVBORw0KGgo=", encoding: "base64" },
    { path: "assets/e.txt", content: "é" },
  ],
};
const published = (manifest: object) => toPublication(AgentManifest.parse(manifest));

describe("a publication", () => {
  it("has a document of the contract, its canonical text and the digest of exactly that text", () => {
    const { document, text, digest } = published(base);
    expect(AgentVersionDocument.parse(document)).toEqual(document);
    expect(JSON.parse(text)).toEqual(document);
    expect(digest).toBe(sha256(text));
  });

  it("replaces each file by size and digest of its decoded bytes, ordered by path", () => {
    const { document, files } = published(base);
    expect(document.files).toEqual([
      { path: "assets/e.txt", size: 2, digest: sha256("é") },
      { path: "assets/logo.png", size: 8, digest: sha256(Buffer.from("89504e470d0a1a0a", "hex")) },
      { path: "prompts/system.md", size: 16, digest: sha256("You review code.") },
    ]);
    expect(files.map(({ description, content }) => [description.path, sha256(content)])).toEqual(
      document.files?.map(({ path, digest }) => [path, digest]),
    );
  });

  it("has no list of files if there are none, so that an empty list and none are the same version", () => {
    const { digest, document } = published({ ...base, files: [] });
    expect(document).not.toHaveProperty("files");
    expect(published({ ...base, files: undefined }).digest).toBe(digest);
  });

  it("keeps unknown keys: they are part of the version", () => {
    expect(published({ ...base, custom: { x: 1 } }).document).toHaveProperty("custom", { x: 1 });
  });
});

describe("the digest", () => {
  const { digest } = published(base);

  it("does not depend on the order of keys and files, nor on how a file is encoded", () => {
    const order = fc.tuple(
      fc.shuffledSubarray(Object.entries(base), { minLength: Object.keys(base).length }),
      fc.shuffledSubarray(base.files, { minLength: base.files.length }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(order, ([entries, files, base64]) => {
        const encoded = files.map((file) =>
          base64 ? { ...file, content: fileBytes(file).toString("base64"), encoding: "base64" } : file,
        );
        expect(published({ ...Object.fromEntries(entries), files: encoded }).digest).toBe(digest);
      }),
    );
  });

  it("does not depend on the source commit, which says where the content came from", () => {
    expect(published({ ...base, sourceCommit: "abcdef0" }).digest).toBe(digest);
  });

  it.each([
    ["a file's content", { files: [{ path: "prompts/system.md", content: "You review code!" }] }],
    ["a file's path", { files: [{ path: "prompts/system.txt", content: "You review code." }] }],
    ["a metadata leaf", { metadata: { owner: "alice", extra: { a: 1, b: [3] } } }],
    ["the name", { name: "Code Review" }],
    ["an unknown key", { custom: true }],
  ])("depends on %s", (_what, change) => {
    expect(published({ ...base, ...change }).digest).not.toBe(digest);
  });
});

describe("a file's bytes", () => {
  it("come back whole from base64", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const content = Buffer.from(bytes).toString("base64");
        expect(new Uint8Array(fileBytes({ content, encoding: "base64" }))).toEqual(bytes);
      }),
    );
  });
});

describe("the media type", () => {
  it.each([
    ["prompts/system.md", "text/markdown; charset=utf-8"],
    ["a/b.json", "application/json; charset=utf-8"],
    ["logo.PNG", "image/png"],
    ["LICENSE", "application/octet-stream"],
    ["html", "application/octet-stream"],
    ["x.unheard-of", "application/octet-stream"],
  ])("of %s is %s", (path, type) => {
    expect(mediaTypeOf(path)).toBe(type);
  });
});
