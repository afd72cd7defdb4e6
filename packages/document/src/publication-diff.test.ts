import { sha256 } from "@nofx/canonical";
import { expect, it } from "vitest";
import { type Published, publicationDiff } from "./index.ts";

const published = (label: string, files: Record<string, string | Buffer>, more: Partial<Published> = {}): Published => {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  const described = [...contents].map(([path, bytes]) => ({ path, size: bytes.length, digest: sha256(bytes) }));
  return {
    label,
    document: { files: described },
    contentOf: async (digest) => [...contents.values()].find((bytes) => sha256(bytes) === digest),
    ...more,
  };
};

const diff = async (before: Published, after: Published) => await publicationDiff("thing.json", before, after);

it("shows the documents pretty-printed, then the text files that differ, by path", async () => {
  const text = await diff(
    published("1.0.0", { "b.md": "old\n", "a.md": "same" }),
    published("2.0.0", { "b.md": "new\n", "a.md": "same" }),
  );
  expect(text).toMatch(/^--- 1\.0\.0\/thing\.json\n\+\+\+ 2\.0\.0\/thing\.json\n@@ /);
  expect(text).toContain('\n-      "digest": "sha256:');
  expect(text).toMatch(/\n--- 1\.0\.0\/b\.md\n\+\+\+ 2\.0\.0\/b\.md\n@@ -1,1 \+1,1 @@\n-old\n\+new\n$/);
  expect(text).not.toContain("/a.md");
});

it("says of binary files, and of contents that are not there, only that they differ", async () => {
  const binary = Buffer.from([0, 1]);
  expect(await diff(published("1", { x: "a" }), published("2", { x: binary }))).toMatch(/\nBinary file x differs\n$/);
  const lost = published("2", { x: "b" }, { contentOf: async () => undefined });
  expect(await diff(published("1", { x: "a" }), lost)).toMatch(/\nBinary file x differs\n$/);
});

it("shows files as they are readable, and says where nothing but that differs", async () => {
  const readable = (path: string, text: string) => (path.endsWith(".json") ? text.replaceAll(" ", "") : text);
  const same = await diff(
    published("1", { "x.json": "{ }" }, { readable }),
    published("2", { "x.json": "{}" }, { readable }),
  );
  expect(same).toMatch(/\nFile x\.json differs only in how it is written\n$/);
  const gone = await diff(published("1", { "x.md": "" }, { readable }), published("2", {}, { readable }));
  expect(gone).not.toContain("only in how");
});

it("of very many files shows the first, and how many more there are", async () => {
  const many = (text: string) =>
    published(text, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.md`, text])));
  const text = await diff(many("a"), many("b"));
  expect(text.match(/^--- a\/\d+\.md/gm)).toHaveLength(50);
  expect(text).toMatch(/\n10 more files differ\n$/);
});
