import { expect, it } from "vitest";
import { comparedWith } from "./compared-with.rules.ts";

it.each([
  ["1.1.0", ["2.0.0", "1.1.0", "1.0.0"], "1.1.0"],
  ["1.10.0", ["2.0.0", "1.9.0", "1.2.0"], "1.9.0"],
  ["1.1.0", ["1.1.0-rc.1", "1.0.0"], "1.0.0"],
  ["1.0.0", ["1.0.0-rc.2", "1.0.0-rc.1"], "1.0.0-rc.2"],
  ["0.1.0", ["2.0.0", "1.0.0"], "1.0.0"],
  ["1.0.0", [], undefined],
])("%s is held against %j: %s", (version, published, against) => {
  expect(comparedWith(version, published)).toBe(against);
});
