import { jsonPath } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { locate, pathSteps, positionsIn } from "./locate.ts";

const text = `{
  "agentId": "a",
  "tags": ["x",
    "y"],
  "a b": {"c.d": [[1, 2]]}
}`;

describe("a value's place", () => {
  it.each([
    ["$", 1, 1],
    ["$.agentId", 2, 14],
    ["$.tags", 3, 11],
    ["$.tags[0]", 3, 12],
    ["$.tags[1]", 4, 5],
    ['$["a b"]', 5, 10],
    ['$["a b"]["c.d"][0][1]', 5, 23],
  ])("%s is in line %i, column %i", (path, line, column) => {
    expect(locate(text, path)).toEqual({ line, column });
  });

  it.each([
    ["$.version", 1, 1],
    ["$.tags[7]", 3, 11],
    ["$.tags.name", 3, 11],
    ["$.agentId.deep.deeper", 2, 14],
    ['$["a b"].missing', 5, 10],
  ])("%s, which is missing, is that of the nearest that should hold it: line %i, column %i", (path, line, column) => {
    expect(locate(text, path)).toEqual({ line, column });
  });

  it("is that of the last of several keys of one name, as JSON.parse keeps that one", () => {
    expect(locate('{"a": 1,\n "a": 2}', "$.a")).toEqual({ line: 2, column: 7 });
  });

  it("is found in a text that breaks off", () => {
    expect(locate('{"a": [1,\n 2', "$.a[1]")).toEqual({ line: 2, column: 2 });
  });

  it("counts lines of every kind, and columns in UTF-16 code units", () => {
    expect(locate('{"😀": 1,\r\n"b": 2,\r"c":\n3}', "$.c")).toEqual({ line: 4, column: 1 });
    expect(locate('{"😀": 1}', '$["😀"]')).toEqual({ line: 1, column: 8 });
  });

  it.each([
    ["", "$"],
    [text, "tags"],
    [text, "$.tags[?@=='x']"],
  ])("is none in %j of %j", (where, path) => {
    expect(locate(where, path)).toBeUndefined();
  });
});

describe("of any JSON", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const step = fc.oneof(fc.nat({ max: 3 }), fc.string({ maxLength: 4 }));
  const paths = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    value === null || typeof value !== "object"
      ? [path]
      : [
          path,
          ...Object.entries(value).flatMap(([key, member]) =>
            paths(member, [...path, Array.isArray(value) ? Number(key) : key]),
          ),
        ];

  it("every value is found where its text begins", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, 2, "\t"), (value, indent) => {
        const printed = JSON.stringify(value, null, indent);
        const lines = printed.split("\n");
        for (const path of paths(JSON.parse(printed))) {
          const found = locate(printed, path);
          const rest = found && [lines[found.line - 1]?.slice(found.column - 1), ...lines.slice(found.line)].join("\n");
          const there = path.reduce<unknown>((inner, key) => (inner as never)[key], JSON.parse(printed));
          const first =
            typeof there === "object" && there !== null ? (Array.isArray(there) ? "[" : "{") : JSON.stringify(there);
          expect(rest?.startsWith(first)).toBe(true);
          expect(locate(printed, jsonPath(path))).toEqual(found);
        }
      }),
    );
  });

  it("every path, there or not, leads to a place inside the text", () => {
    fc.assert(
      fc.property(json, fc.array(step, { maxLength: 5 }), (value, path) => {
        const printed = JSON.stringify(value, null, 2);
        const lines = printed.split("\n");
        const found = locate(printed, path);
        expect(found?.line).toBeGreaterThanOrEqual(1);
        expect(found?.line).toBeLessThanOrEqual(lines.length);
        expect(found?.column).toBeGreaterThanOrEqual(1);
        expect(found?.column).toBeLessThanOrEqual(lines[(found?.line ?? 0) - 1]?.length ?? 0);
      }),
    );
  });

  it("paths are read as they are written", () => {
    fc.assert(
      fc.property(fc.array(step), (path) => {
        expect(pathSteps(jsonPath(path))).toEqual(path);
      }),
    );
  });
});

it("offsets become lines and columns, whatever ends the lines", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "\n", "\r\n", "b")), (pieces) => {
      const whole = pieces.join("");
      const positionOf = positionsIn(whole);
      for (let offset = 0; offset <= whole.length; offset += 1) {
        const before = whole.slice(0, offset).split(/\r\n|\n/);
        if (whole[offset] === "\n" && whole[offset - 1] === "\r") continue;
        expect(positionOf(offset)).toEqual({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
      }
    }),
  );
});
