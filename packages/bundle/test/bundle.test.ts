import { gunzipSync } from "node:zlib";
import { sha256 } from "@nofx/canonical";
import { describe, expect, it } from "vitest";
import {
  BundleError,
  bundleLimits,
  escapeCase,
  gzipped,
  indexText,
  type JsonBundle,
  openBundle,
  readJson,
  writeJson,
  writeTar,
} from "../src/index.ts";
import { type AnyHeader, all, archiveOf, bytesOf, entry, indexOf, madeBy, read } from "./archives.ts";

const document = entry("templates/a/1.0.0/template.json", '{"a":1}');
const file = entry("templates/a/files/00", Buffer.from([0, 255, 1]));
const both = [document, file];

/** The code and the entry of the refusal. */
const refusal = async (work: Promise<unknown>): Promise<unknown[]> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BundleError);
  const { code, entry: about } = error as BundleError;
  return [code, about];
};

describe("an archive", () => {
  it("is the same bytes for the same content, and holds it", async () => {
    const archive = await archiveOf(both, { kind: "x" });
    expect(await archiveOf(both, { kind: "x" })).toEqual(archive);
    const { index, digest, entries } = await read(archive);
    expect(entries).toEqual(both);
    expect(index.content).toEqual({ kind: "x" });
    expect(digest).toBe(sha256(indexOf(both, { kind: "x" })));
    expect((await read(gunzipSync(archive), bundleLimits, "none")).entries).toEqual(both);
  });

  it("holds names and contents of any length that is allowed", async () => {
    const long = [entry(`${"a".repeat(200)}/${"b".repeat(300)}`, "x"), entry("c", "y".repeat(200_000)), entry("d", "")];
    expect((await read(await archiveOf(long))).entries).toEqual(long);
  });

  it("fails as its source fails", async () => {
    const { text } = indexText({}, []);
    const failing = (async function* () {
      yield document;
      throw new Error("no database");
    })();
    await expect(bytesOf(gzipped(writeTar(text, failing)))).rejects.toThrow("no database");
  });
});

describe("a bundle in JSON", () => {
  it("holds what the archive holds, text as text", async () => {
    const entries = (async function* () {
      yield* both;
    })();
    const text = (await bytesOf(writeJson(indexOf(both), entries))).toString();
    const json = JSON.parse(text) as JsonBundle;
    expect(json.entries[document.path]).toEqual({ content: '{"a":1}', encoding: "utf-8" });
    expect(json.entries[file.path]?.encoding).toBe("base64");
    const bundle = await openBundle(readJson(json));
    expect(bundle.digest).toBe((await read(await archiveOf(both))).digest);
    expect(await all(bundle.entries)).toEqual(both);
  });
});

describe("a name in lower case", () => {
  it("tells apart what differs in case only", () => {
    expect([escapeCase("1.0.0-RC.1"), escapeCase("1.0.0-rc.1")]).toEqual(["1.0.0-!r!c.1", "1.0.0-rc.1"]);
  });
});

describe("refused is", () => {
  const index = indexOf(both);
  const at = (header: AnyHeader, content?: Buffer) => (content ? { header, content } : { header });
  const good = both.map(({ path, content }) => at({ name: path }, content));

  it.each([
    "../evil",
    "templates/../../evil",
    "/etc/passwd",
    "a\\..\\evil",
    "c:/evil",
    "./a",
    "a//b",
    "A",
    "ä",
    "a".repeat(600),
  ])("a path that leads out or is not the same everywhere: %s", async (name) => {
    const evil = madeBy(index, [...good, at({ name }, Buffer.from("x"))]);
    expect(await refusal(read(await evil))).toEqual([
      "bundle_path_unsafe",
      name.slice(0, name.length > 512 ? 100 : 999),
    ]);
    const listed = archiveOf([entry(name, "x")]);
    expect((await refusal(read(await listed)))[0]).toBe("bundle_path_unsafe");
  });

  it.each(["symlink", "link", "character-device", "block-device", "fifo", "directory", "contiguous-file"] as const)(
    "a %s",
    async (type) => {
      const link = at({ name: document.path, type, linkname: "/etc/passwd" });
      expect(await refusal(read(await madeBy(index, [link])))).toEqual(["bundle_entry_not_file", document.path]);
    },
  );

  it.each([
    document.path,
    "BUNDLE.json",
    "Templates/A/1.0.0/template.json",
    "templates/a/1.0.0/template.jſon",
    "ｂundle.json",
  ])("a second entry for the same file: %s", async (name) => {
    const twice = madeBy(index, [...good, at({ name }, Buffer.from("x"))]);
    expect(await refusal(read(await twice))).toEqual(["bundle_entry_duplicate", name]);
    const listed = archiveOf([document, entry(name, "x")]);
    expect((await refusal(read(await listed)))[0]).toBe("bundle_entry_duplicate");
  });

  it("an entry that the index does not list, or not there", async () => {
    const extra = at({ name: "extra" }, Buffer.from("x"));
    expect(await refusal(read(await madeBy(index, [...good, extra])))).toEqual(["bundle_entry_unlisted", "extra"]);
    expect(await refusal(read(await madeBy(index, good.toReversed())))).toEqual(["bundle_entry_unlisted", file.path]);
  });

  it("an entry of another digest or size than the index says", async () => {
    const other = (content: string) => madeBy(index, [at({ name: document.path }, Buffer.from(content))]);
    expect(await refusal(read(await other('{"a":2}')))).toEqual(["bundle_digest_wrong", document.path]);
    expect(await refusal(read(await other('{"a":12}')))).toEqual(["bundle_digest_wrong", document.path]);
  });

  it("an archive that ends too early, wherever", async () => {
    const archive = await archiveOf(both);
    for (let end = 0; end < archive.length; end += 7) {
      expect((await refusal(read(archive.subarray(0, end))))[0]).toBe("bundle_truncated");
    }
    const [, missing] = await refusal(read(await madeBy(index, good.slice(0, 1))));
    expect(missing).toBe(file.path);
    const tar = gunzipSync(archive);
    expect(await refusal(read(tar.subarray(0, 700), bundleLimits, "none"))).toEqual(["bundle_truncated", undefined]);
  });

  it("what is no archive, and a tar archive without a sound header", async () => {
    expect(await refusal(read(Buffer.from("PK\u0003\u0004 this is not gzip")))).toEqual([
      "bundle_malformed",
      undefined,
    ]);
    expect(await refusal(read(Buffer.alloc(600, 7), bundleLimits, "none"))).toEqual(["bundle_malformed", undefined]);
    expect(await refusal(read(Buffer.alloc(1024), bundleLimits, "none"))).toEqual(["bundle_truncated", undefined]);
  });

  it("a bomb, long before it has grown", async () => {
    const bomb = await archiveOf([entry("bomb", Buffer.alloc(15 * 1024 * 1024))]);
    expect(15 * 1024 * 1024).toBeGreaterThan(950 * bomb.length);
    expect(await refusal(read(bomb))).toEqual(["bundle_bomb", undefined]);
  });

  it("too many entries: those of the archive, and those of the index", async () => {
    const few = { ...bundleLimits, entriesMax: 1 };
    expect(await refusal(read(await archiveOf(both), few))).toEqual(["bundle_too_many_entries", undefined]);
    const one = indexOf([document]);
    expect((await refusal(read(await madeBy(one, good), few)))[0]).toBe("bundle_too_many_entries");
  });

  it("too many bytes: of the archive, of all entries, of one, of the index", async () => {
    const archive = await archiveOf(both);
    const code = async (limits: Partial<typeof bundleLimits>) =>
      (await refusal(read(archive, { ...bundleLimits, ...limits })))[0];
    expect(await code({ bytesMax: 2048 })).toBe("bundle_too_large");
    expect(await code({ bytesMax: 9 })).toBe("bundle_too_large");
    expect(await code({ entryBytesMax: 6 })).toBe("bundle_too_large");
    expect(await code({ indexBytesMax: 6 })).toBe("bundle_too_large");
    const announced = openBundle(readJson({ bundle: JSON.parse(index), entries: {} }), {
      ...bundleLimits,
      bytesMax: 9,
    });
    expect((await refusal(announced))[0]).toBe("bundle_too_large");
  });

  it.each([
    ["[]", "bundle_index_invalid"],
    ["{", "bundle_index_invalid"],
    ['{"format":"other","formatVersion":1}', "bundle_index_invalid"],
    ['{"format":"nofx-bundle","formatVersion":1}', "bundle_index_invalid"],
    ['{"format":"nofx-bundle","formatVersion":1,"content":{},"entries":[{"path":"a"}]}', "bundle_index_invalid"],
    ['{"format":"nofx-bundle","formatVersion":2}', "bundle_unsupported"],
  ])("the index %s", async (text, code) => {
    expect(await refusal(read(await madeBy(text, [])))).toEqual([code, "bundle.json"]);
  });

  it("a bundle that does not begin with its index", async () => {
    const none = openBundle(
      (async function* () {
        yield { name: "a", type: "file", size: 0, read: async () => Buffer.alloc(0) };
      })(),
    );
    expect(await refusal(none)).toEqual(["bundle_index_invalid", "a"]);
  });
});
