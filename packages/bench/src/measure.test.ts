import { expect, it } from "vitest";
import { median } from "./measure.ts";

it.each([
  { values: [7], middle: 7 },
  { values: [10, 9, 200], middle: 10 },
  { values: [4, 1, 100, 2], middle: 3 },
  { values: [2, 2, 1, 1, 1], middle: 1 },
])("the median of $values is $middle", ({ values, middle }) => {
  expect(median(values)).toBe(middle);
});

it("the median leaves its values in their order", () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

it("the median of nothing is no number", () => {
  expect(median([])).toBeNaN();
});
