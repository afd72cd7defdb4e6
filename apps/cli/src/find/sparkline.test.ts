import fc from "fast-check";
import { expect, it } from "vitest";
import { sparkline } from "./sparkline.ts";

it("draws each number as high as it is", () => {
  expect(sparkline([0, 1, 4, 8])).toBe("·▁▄█");
  expect(sparkline([0, 0])).toBe("··");
  expect(sparkline([])).toBe("");
});

it("fits a line, whatever the numbers", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 500 }), (values) => {
      expect(sparkline(values)).toMatch(/^[·▁▂▃▄▅▆▇█]{1,60}$/);
    }),
  );
});
