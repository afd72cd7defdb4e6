import { recordLimits } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aliasesOf, joinedWords, wordBytesMax, wordFiles, wordFilesMax, wordsOf } from "./index.ts";

const file = (path: string, size = 10) => ({ path, size, digest: `sha256:${"0".repeat(64)}` });
const paths = (...found: Parameters<typeof wordFiles>) => wordFiles(...found).map(({ path }) => path);

describe("files with words", () => {
  it("are prompts, README and other texts by path, those that are named first", () => {
    const files = ["README", "a.json", "agent.ts", "docs/Readme.html", "logo.png", "prompts/system", "z.MD"];
    const told = ["README", "docs/Readme.html", "prompts/system", "z.MD"];
    expect(paths(files.map((path) => file(path)))).toEqual(told);
    expect(
      paths(
        files.map((path) => file(path)),
        ["agent.ts", "z.MD", "absent"],
      ),
    ).toEqual(["agent.ts", "z.MD", ...told.slice(0, 3)]);
  });

  it("are no more than there is room for, empty ones left out", () => {
    expect(paths([file("a.md", wordBytesMax - 1), file("b.md", 0), file("c.md"), file("d.md")])).toEqual([
      "a.md",
      "c.md",
    ]);
    expect(paths(Array.from({ length: 200 }, (_, at) => file(`${at}.md`, 1)))).toHaveLength(wordFilesMax);
  });
});

describe("the words of a file", () => {
  it("are its text, whatever character its end cuts, and none if it is something else", () => {
    const bytes = Buffer.from("Größe 🚀");
    expect(wordsOf(bytes)).toBe("Größe 🚀");
    for (const cut of [1, 2, 3]) expect(wordsOf(bytes.subarray(0, -cut))).toBe("Größe ");
    expect([wordsOf(Buffer.from([0xff, 0xfe, 65])), wordsOf(Buffer.from("a\0b"))]).toEqual([undefined, undefined]);
  });
});

describe("joined words", () => {
  it("are the texts that there are, each on a line of its own", () => {
    expect(joinedWords(["a", undefined, "", "b"])).toBe("a\nb");
    expect(joinedWords([])).toBe("");
  });

  it("begin as the texts do, are no longer than a record has room for, and end with a whole character", () => {
    const { textMax } = recordLimits;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: -4, max: 4 }), (text, more) => {
        const filled = `${"x".repeat(textMax - text.length + more)}${text}`;
        const cut = joinedWords([filled]);
        expect(filled.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(textMax);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(filled.length, textMax) - 1);
        expect(cut.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("aliases", () => {
  it("are the texts in metadata.aliases; anything else is none", () => {
    expect(aliasesOf({ aliases: ["a", "b"] })).toEqual(["a", "b"]);
    for (const aliases of [undefined, "a", ["a", 1], { 0: "a" }]) expect(aliasesOf({ aliases })).toEqual([]);
  });
});
