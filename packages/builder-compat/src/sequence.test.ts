import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDescending, isGapless, isStrictlyMonotone } from "./sequence.ts";

const distinct = fc.uniqueArray(fc.integer(), { minLength: 2 });

describe("isStrictlyMonotone", () => {
  it("holds for distinct numbers in either order, and no more once one comes twice", () => {
    fc.assert(
      fc.property(distinct, (numbers) => {
        const ascending = numbers.toSorted((a, b) => a - b);
        expect(isStrictlyMonotone(ascending)).toBe(true);
        expect(isStrictlyMonotone(ascending.toReversed())).toBe(true);
        expect(isStrictlyMonotone([ascending[0] as number, ...ascending])).toBe(false);
      }),
    );
  });

  it.each([[[]], [[7]], [[1, 5]]])("%j is", (numbers) => expect(isStrictlyMonotone(numbers)).toBe(true));
  it.each([[[1, 3, 2]], [[3, 1, 2]], [[1, 1]]])("%j is not", (numbers) =>
    expect(isStrictlyMonotone(numbers)).toBe(false),
  );
});

describe("isGapless", () => {
  it.each([[[]], [[4]], [[3, 1, 2]], [[20, 21]]])("%j is", (numbers) => expect(isGapless(numbers)).toBe(true));
  it.each([[[1, 3]], [[2, 2]], [[3, 1, 2, 3]]])("%j is not", (numbers) => expect(isGapless(numbers)).toBe(false));
});

describe("isDescending", () => {
  it.each([[[]], [[1n]], [[3n, 3n, 1n]]])("%s is", (numbers) => expect(isDescending(numbers)).toBe(true));
  it.each([[[1n, 2n]], [[3n, 1n, 2n]]])("%s is not", (numbers) => expect(isDescending(numbers)).toBe(false));
});
