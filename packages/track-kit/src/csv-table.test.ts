import { expect, it } from "vitest";
import { csvTable } from "./csv-table.ts";

const limits = { rowsMax: 2, advice: "ask for less." };

it("writes RFC 4180, booleans as words, and no formulas", () => {
  const rows = [{ name: 'a "b", c', on: true }, { name: "=cmd()" }];
  expect(csvTable(["name", "on"], rows, limits)).toBe('name,on\r\n"a ""b"", c",true\r\n\'=cmd(),\r\n');
});

it("request_invalid: more rows than may be, with what to do", () => {
  expect(() => csvTable(["a"], [{}, {}, {}], limits)).toThrow("More than 2 rows: ask for less.");
});
