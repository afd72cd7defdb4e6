import { expect, it } from "vitest";
import { linesOf } from "./lines.ts";

const piecesOf = async function* (pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
};

const of = async (...pieces: string[]): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of linesOf(piecesOf(pieces))) lines.push(line);
  return lines;
};

it("lines are ended at line feeds alone, wherever the text was cut", async () => {
  expect(await of('{"a":', '"x\u2028y"}\n{"b', '":1}\n')).toEqual(['{"a":"x\u2028y"}', '{"b":1}', ""]);
  expect(await of()).toEqual([""]);
});
