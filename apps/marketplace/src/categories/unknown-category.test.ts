import { describe, expect, it } from "vitest";
import { unknownCategory } from "./unknown-category.ts";

describe("a category that the tree does not have", () => {
  const tree = [{ id: "engineering" }, { id: "engineering-release" }];

  it("is warned of, with the one that was probably meant", () => {
    expect(unknownCategory("enginering", tree)).toMatchObject([
      { path: "$.category", code: "category_unknown", severity: "warning", fix: "engineering" },
    ]);
    expect(unknownCategory("cooking", tree)[0]).not.toHaveProperty("fix");
  });

  it("is nothing to be said of what is in it, or where there is no tree", () => {
    expect(unknownCategory("engineering", tree)).toEqual([]);
    expect(unknownCategory("cooking", [])).toEqual([]);
  });
});
