import { describe, expect, it } from "vitest";
import { packageParts } from "./package-parts.ts";

describe("a package", () => {
  it.each([
    ["lodash@^4", "lodash", "^4"],
    ["@scope/a@1 || 2", "@scope/a", "1 || 2"],
    ["lodash", "lodash", "*"],
    ["@scope/a", "@scope/a", "*"],
  ])("%s is %s in %s", (entry, name, range) => {
    expect(packageParts(entry)).toEqual({ name, range });
  });
});
