import fc from "fast-check";
import { expect, it } from "vitest";
import { fold, wordsOf } from "./words.ts";

it("words of plain letters are the same beside others", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      expect(wordsOf(`${text} é`).slice(0, -1)).toEqual(wordsOf(text));
      expect(fold(`${text.slice(0, 60)}\u0301`)).toBe(fold(text.slice(0, 60)));
    }),
  );
});
