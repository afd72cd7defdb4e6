import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressionsIn, soleExpression, unreadableIn, variableOf } from "./expression.ts";
import { applyFilters, asText, FilterMismatch, filterObstacle } from "./filter.ts";

const read = (text: string) => expressionsIn(text).map(({ name, filters }) => ({ name, filters }));
const plain = (name: string) => ({ name, filters: [] });

describe("expressions of a text", () => {
  it.each<[string, unknown[]]>([
    ["{{ a }}", [plain("a")]],
    ["{{a}} and {{ b.c-d_e }}", [plain("a"), plain("b.c-d_e")]],
    ["{{{a}}}", [plain("a")]],
    ["{{ a[0].b[12] }}", [plain("a[0].b[12]")]],
    ["{{ steps.x.outputs.y }}", [plain("steps.x.outputs.y")]],
    ["{{ a | upper }}", [{ name: "a", filters: [{ name: "upper", argument: undefined }] }]],
    [
      '{{ a|join("}} | (")|trim }}',
      [
        {
          name: "a",
          filters: [
            { name: "join", argument: "}} | (" },
            { name: "trim", argument: undefined },
          ],
        },
      ],
    ],
    ['{{ a | default("\\"q\\"") }}', [{ name: "a", filters: [{ name: "default", argument: '"q"' }] }]],
    ["{{ a | default(-1.5) }}", [{ name: "a", filters: [{ name: "default", argument: -1.5 }] }]],
    ["{{ a | default(null) }}", [{ name: "a", filters: [{ name: "default", argument: null }] }]],
    ["{{ a | default(007) }}", [{ name: "a", filters: [{ name: "default", argument: "007" }] }]],
    ["{{ a b }} {{ }} {{ a | }} { a } {{ a | x(b) }} {{ a | length() }}", []],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("that is nothing else stands for a value", () => {
    expect(soleExpression(" {{ a }}\n")?.name).toBe("a");
    expect(soleExpression("{{ a }}.")).toBeUndefined();
    expect(soleExpression("{{ a }}{{ b }}")).toBeUndefined();
    expect(soleExpression("a")).toBeUndefined();
  });

  it("what looks like one and is none is told", () => {
    expect(unreadableIn('{{ a }} {{ a b }} {{ b | default("{{ x y }}") }} {{ | }}')).toEqual(["{{ a b }}", "{{ | }}"]);
  });

  it("lie where they say they do", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("{{ a }}", "{{ b | upper }}", "{{", "}}"))),
        (parts) => {
          const text = parts.join("");
          for (const { start, end, name } of expressionsIn(text)) {
            expect(text.slice(start, end)).toMatch(/^\{\{[\s\S]*\}\}$/);
            expect(text.slice(start, end)).toContain(name);
          }
        },
      ),
    );
  });

  it.each([
    "{{",
    "{{ ",
    "{{ a",
    "{{a.",
    "{{a[0]",
    '{{ a | default("',
    "{{ a |",
    "{{ a | upper ",
    "{{ a b }}",
    "a.",
    "a[0]",
  ])("are found in time linear in the text: %s", (piece) => {
    const time = (count: number): number => {
      const text = `{{${piece.repeat(count)}`;
      const runs = Array.from({ length: 3 }, () => {
        const start = performance.now();
        expressionsIn(text);
        unreadableIn(text);
        return performance.now() - start;
      });
      return Math.min(...runs);
    };
    // Quadratic work would take a hundred times as long, and on texts of this length minutes.
    expect(time(100_000)).toBeLessThan(2000);
  });
});

describe("the variable that a name means", () => {
  const declared = new Set(["a", "a.b", "list", "a.b.c.d"]);
  const meant = (path: string) => variableOf(path, (name) => declared.has(name));

  it.each([
    ["a", { variable: "a", members: [] }],
    ["a.b", { variable: "a.b", members: [] }],
    ["a.c", { variable: "a", members: ["c"] }],
    ["a.b.c", { variable: "a.b", members: ["c"] }],
    ["a.b[0].x", { variable: "a.b", members: [0, "x"] }],
    ["list[1][2]", { variable: "list", members: [1, 2] }],
    ["b", undefined],
    ["ab", undefined],
    [`b${".x".repeat(200_000)}`, undefined],
  ])("%s", (path, expected) => {
    expect(meant(path)).toEqual(expected);
  });
});

describe("filters", () => {
  const apply = (value: unknown, name: string, argument?: unknown) => applyFilters(value, [{ name, argument }]);

  it.each<[unknown, string, unknown, unknown]>([
    ["Ab", "upper", undefined, "AB"],
    ["Ab", "lower", undefined, "ab"],
    [" a ", "trim", undefined, "a"],
    [["a", 1, { b: 2 }], "join", ", ", 'a, 1, {"b":2}'],
    [[1, 2], "first", undefined, 1],
    [[1, 2], "last", undefined, 2],
    [[], "first", undefined, undefined],
    ["a😀", "length", undefined, 2],
    [[1, 2], "length", undefined, 2],
    [{ b: 1, a: [] }, "json", undefined, '{"a":[],"b":1}'],
    [undefined, "default", 5, 5],
    [null, "default", 5, null],
    [undefined, "upper", undefined, undefined],
  ])("%j | %s(%j)", (value, name, argument, expected) => {
    expect(apply(value, name, argument)).toEqual(expected);
  });

  it.each([
    [5, "upper", "takes a text"],
    ["a", "join", "takes a list"],
    [5, "length", "takes a list"],
    [{}, "first", "takes a list"],
  ])("%j | %s is refused", (value, name, message) => {
    expect(() => apply(value, name, "x")).toThrow(FilterMismatch);
    expect(() => apply(value, name, "x")).toThrow(message);
  });

  it("apply one after the other", () => {
    const filters = [
      { name: "default", argument: " a " },
      { name: "trim", argument: undefined },
      { name: "upper", argument: undefined },
    ];
    expect(applyFilters(undefined, filters)).toBe("A");
  });

  it.each([
    ["nope", undefined, 'There is no filter "nope"'],
    ["constructor", undefined, "There is no filter"],
    ["upper", "x", "takes no argument"],
    ["join", undefined, "needs an argument"],
    ["join", 5, "is a text"],
  ])("%s(%j) is refused beforehand", (name, argument, message) => {
    expect(filterObstacle({ name, argument })).toContain(message);
  });

  it("written rightly are not", () => {
    expect(filterObstacle({ name: "default", argument: null })).toBeUndefined();
    expect(filterObstacle({ name: "json", argument: undefined })).toBeUndefined();
  });

  it("a value in a text is the text, or canonical JSON", () => {
    expect([asText("a"), asText(1), asText(true), asText(null), asText({ b: 1, a: 2 })]).toEqual([
      "a",
      "1",
      "true",
      "null",
      '{"a":2,"b":1}',
    ]);
  });
});
