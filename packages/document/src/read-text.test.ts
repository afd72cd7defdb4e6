import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readText } from "./read-text.ts";

describe("what is wrong with a text", () => {
  it.each([
    ["", ["1:1"]],
    ["{", ["1:2"]],
    ['{"a" 1}', ["1:6"]],
    ['{"a": 1\n "b": 2}', ["2:2"]],
    ['{"a": "x\n}', ["1:7", "2:1"]],
    ["[1] 2", ["1:5"]],
    ["{a: 1}", ["1:2"]],
    ['{"a": tru}', ["1:7"]],
  ])("%j is told with line and column, and nothing else is", (text, expected) => {
    const { content, errors: found, warnings } = readText(text);
    expect({ content, warnings }).toEqual({ content: undefined, warnings: [] });
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["json_invalid"]));
    expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual(expect.arrayContaining(expected.slice(0, 1)));
  });

  it("leaves no doubt about the content where it is comments and trailing commas", () => {
    const { content, errors } = readText('{ // mine\n  "a": [1, 2,],\n}');
    expect(content).toEqual({ value: { a: [1, 2] } });
    expect(errors.map(({ line, column }) => [line, column])).toEqual([
      [1, 3],
      [2, 14],
      [3, 1],
    ]);
  });

  it("includes keys that are there twice, as a warning: the last one counts", () => {
    const { content, errors, warnings } = readText('\ufeff{"a": 1,\n "a": 2, "__proto__": 3}');
    expect(content?.value).toEqual(JSON.parse('{"a": 2, "__proto__": 3}'));
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([{ code: "duplicate_key", path: "$.a", line: 2, column: 2, severity: "warning" }]);
  });

  it("includes nesting that services refuse, however deep", () => {
    for (const depth of [65, 200_000]) {
      const { content, errors, locate } = readText("[".repeat(depth));
      expect(errors).toMatchObject([{ code: "json_invalid", line: 1, column: 65 }]);
      expect([content, locate("$")]).toEqual([undefined, undefined]);
    }
  });
});

describe("whatever comes in", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  /** Texts that are nearly JSON. */
  const nearly = fc
    .tuple(
      json,
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom(
            "",
            ",",
            "{",
            "}",
            "[",
            "]",
            '"',
            ":",
            "0",
            "-",
            "e",
            "\\",
            "\n",
            "\u0001",
            "/",
            "\u00a0",
            "nul",
          ),
        ),
      ),
    )
    .map(([value, cuts]) =>
      cuts.reduce((text, [at, piece]) => {
        const place = text.length === 0 ? 0 : at % text.length;
        return text.slice(0, place) + piece + text.slice(place + 1);
      }, JSON.stringify(value)),
    );
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it("has faults of syntax exactly if JSON.parse refuses it, each inside the text or at its end", () => {
    fc.assert(
      fc.property(nearly, (text) => {
        const { errors: syntax } = readText(text);
        expect(syntax.length === 0).toBe(isJson(text));
        for (const { line = 0, column = 0 } of syntax) {
          const lines = text.split(/\r\n|\r|\n/);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is read as JSON.parse reads it, and every value has a place", () => {
    fc.assert(
      fc.property(json, (value) => {
        const { content, locate } = readText(JSON.stringify(value));
        expect(content?.value).toEqual(JSON.parse(JSON.stringify(value)));
        expect(locate("$")).toEqual({ line: 1, column: 1 });
      }),
    );
  });
});
