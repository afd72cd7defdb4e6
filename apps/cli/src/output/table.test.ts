import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { expect, it } from "vitest";
import { styleOf } from "./style.ts";
import { table } from "./table.ts";

const rows = [
  { id: "code-review", name: "Reviews 日本語 pull requests,\nas long as\tthere are any", hits: 7 },
  { id: "x", name: "Short", hits: 120 },
];
const drawn = (columns: number | undefined) => {
  const stream = { isTTY: columns !== undefined, columns } as unknown as NodeJS.WriteStream;
  const text = table(
    rows,
    [
      { title: "id", cell: ({ id }) => id },
      { title: "name", cell: ({ name }) => name, isFlexible: true },
      { title: "hits", cell: ({ hits }) => String(hits), isNumber: true },
    ],
    styleOf(stream, {}),
  );
  return stripVTControlCharacters(text).split("\n");
};

it("cuts nothing in a pipe, and keeps each row in a line", () => {
  expect(drawn(undefined)).toEqual(
    [
      "ID           NAME                                                HITS",
      "code-review  Reviews 日本語 pull requests, as long as there are any     7",
      "x            Short                                                120",
    ].map((line) => expect.stringMatching(new RegExp(`^${line.replace(/ +/g, " +")}$`))),
  );
});

it.each([60, 40, 35])("fits %i columns by cutting what may be cut", (columns) => {
  const lines = drawn(columns);
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
  expect(lines[1]).toMatch(/^code-review {2}Rev.*… +7$/);
});

it("never cuts ids and numbers, however narrow", () => {
  const [, first, second] = drawn(10);
  expect(first).toMatch(/^code-review .* 7$/);
  expect(second).toMatch(/^x +Short +120$/);
});
