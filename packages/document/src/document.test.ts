import type { Finding } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  asArray,
  asObject,
  asResourceId,
  capped,
  closestWord,
  duplicates,
  fileFindings,
  finding,
  findingsMax,
  issueFindings,
  known,
  mediaTypeOf,
  publicationOf,
  under,
  unknownKeys,
  valueAt,
} from "./index.ts";

const told = (found: readonly Finding[]) => found.map(({ path, code, fix }) => [path, code, fix]);

describe("a finding", () => {
  it("has its place as JSONPath and in dotted form, also as one of a larger whole", () => {
    const found = finding("error", ["steps", 0, "a b"], "odd", "Odd.", "even");
    expect(found).toMatchObject({ path: '$.steps[0]["a b"]', field: "steps.0.a b", fix: "even" });
    expect(under(["files", 1], found)).toMatchObject({
      path: '$.files[1].steps[0]["a b"]',
      field: "files.1.steps.0.a b",
    });
    expect(under(["x"], finding("error", [], "odd", "Odd."))).toMatchObject({ path: "$.x", field: "x" });
  });

  it("is told one by one up to a number, and then counted", () => {
    const many = (count: number) => Array.from({ length: count }, () => finding("warning", ["a"], "odd", "Odd."));
    expect(capped(many(findingsMax))).toHaveLength(findingsMax);
    expect(capped(many(findingsMax + 3)).at(-1)).toMatchObject({
      code: "more_findings",
      severity: "warning",
      path: "$",
    });
    expect(capped([])).toEqual([]);
  });
});

describe("what a schema objects to", () => {
  const Schema = z.object({
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    templateId: z.string().regex(/^[a-z-]+$/),
    mode: z.enum(["fast", "slow"]).optional(),
    tags: z.array(z.string().regex(/^[a-z]+$/)).optional(),
    part: z.union([z.object({ a: z.string() }), z.object({ b: z.string(), c: z.string() })]).optional(),
    url: z.url().optional(),
    path: z.string().regex(/^a/).optional(),
  });
  const issues = (input: unknown) => told(issueFindings(input, Schema.safeParse(input).error?.issues ?? []));

  it("is told with what was probably meant, where that is known", () => {
    const input = {
      version: "v1.2.3",
      templateId: "My Template",
      mode: "faste",
      tags: ["Ab"],
      url: "example.com",
      path: "\\a\\..\\b/",
    };
    expect(issues(input)).toEqual([
      ["$.version", "invalid_format", "1.2.3"],
      ["$.templateId", "invalid_format", "my-template"],
      ["$.mode", "invalid_value", "fast"],
      ["$.tags[0]", "invalid_format", "ab"],
      ["$.url", "invalid_format", "https://example.com"],
      ["$.path", "invalid_format", "b"],
    ]);
    expect(issues({ version: "1.0.0", templateId: "a", path: "x".repeat(2000), url: "a://b c" })).toEqual([
      ["$.url", "invalid_format", undefined],
      ["$.path", "invalid_format", undefined],
    ]);
  });

  it("says of what is missing that it is required, and of a union what the nearest form lacks", () => {
    expect(issues({ templateId: "a" })).toEqual([["$.version", "required", "1.0.0"]]);
    expect(issues({ version: "1.0.0", templateId: "a", part: { x: 1 } })).toEqual([
      ["$.part.a", "required", undefined],
    ]);
    expect(issues({ version: 1, templateId: "a" })).toEqual([["$.version", "invalid_type", undefined]]);
  });
});

describe("lists and keys", () => {
  it("are warned of twice the same and of what nobody knows", () => {
    expect(told(duplicates("tags", "", ["a", "b", "a", 1, 1]))).toEqual([["$.tags[2]", "duplicate", undefined]]);
    expect(told(duplicates("x", "id", [{ id: "a" }, {}, { id: "a" }]))).toEqual([
      ["$.x[2].id", "duplicate", undefined],
    ]);
    const keys = known(z.object({ name: z.string(), version: z.string() }));
    expect(told(unknownKeys({ nmae: 1, name: 1, vresion: 1, other: 1 }, keys, ["x"]))).toEqual([
      ["$.x.nmae", "unknown_key", undefined],
      ["$.x.vresion", "unknown_key", "version"],
      ["$.x.other", "unknown_key", undefined],
    ]);
  });

  it("are read as empty where they are something else", () => {
    expect([asArray("x"), asArray([1]), asObject([1]), asObject({ a: 1 }), asObject(null)]).toEqual([
      [],
      [1],
      {},
      { a: 1 },
      {},
    ]);
    expect([valueAt({ a: [1] }, ["a", 0]), valueAt({}, ["a", "b"])]).toEqual([1, undefined]);
  });
});

describe("a word that was probably meant", () => {
  it("is at most two letters away, and none is meant by a very long one", () => {
    expect(closestWord("descripton", ["name", "description"])).toBe("description");
    expect(closestWord("x".repeat(41), ["x".repeat(41)])).toBeUndefined();
    expect(asResourceId("  Über Agent! ")).toBe("ber-agent");
  });
});

describe("files", () => {
  it("are base64 where they say so, and not too large, alone or together", () => {
    const large = "x".repeat(256 * 1024);
    expect(told(fileFindings([{ content: "a=", encoding: "base64" }, { content: `${large}x` }, {}]))).toEqual([
      ["$.files[0].content", "not_base64", undefined],
      ["$.files[1].content", "file_too_large", undefined],
    ]);
    expect(told(fileFindings(Array.from({ length: 5 }, () => ({ content: large }))))).toEqual([
      ["$.files", "files_too_large", undefined],
    ]);
  });

  it("have the media type of their ending", () => {
    expect([mediaTypeOf("a/b.md"), mediaTypeOf("b.json"), mediaTypeOf("LICENSE")]).toEqual([
      "text/markdown; charset=utf-8",
      "application/json; charset=utf-8",
      "application/octet-stream",
    ]);
  });
});

describe("a publication", () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}$/),
    content: fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed()),
    encoding: fc.constant("utf-8" as const),
  });
  const manifest = fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    files: fc.uniqueArray(file, { selector: ({ path }) => path }),
  });

  it("is the same whatever the order of keys and files and the source commit, and another with other content", () => {
    fc.assert(
      fc.property(manifest, ({ name, files }) => {
        const one = publicationOf({ name, files } as Parameters<typeof publicationOf>[0]);
        const other = publicationOf({ files: files.toReversed(), sourceCommit: "abcdef1", ...{ name } });
        expect(other.digest).toBe(one.digest);
        const changed = publicationOf({ ...{ name: `${name}x` }, files });
        expect(changed.digest).not.toBe(one.digest);
        expect(one.files.map(({ content }) => content.toString())).toEqual(
          files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ content }) => content),
        );
      }),
    );
  });
});
