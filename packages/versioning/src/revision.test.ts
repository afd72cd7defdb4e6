import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStateOf } from "./index.ts";

const revision = fc.nat().map(String);
const hash = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);

describe("the state that If-Match names", () => {
  it("is the resource's if the revision is, whatever the bytes were", () => {
    fc.assert(
      fc.property(revision, hash, fc.array(fc.string()), (own, bytes, others) => {
        expect(isStateOf([...others, `${own}.${bytes}`], own)).toBe(true);
      }),
    );
  });

  it("is not the resource's if every revision is another one, even one that begins alike", () => {
    fc.assert(
      fc.property(revision, fc.array(fc.tuple(revision, hash)), (own, tags) => {
        const others = tags.filter(([other]) => other !== own).map((parts) => parts.join("."));
        expect(isStateOf([...others, `${own}0.x`, `x${own}.x`], own)).toBe(false);
      }),
    );
  });

  it("is any if nothing is named, and none of an empty list", () => {
    expect(isStateOf(undefined, "7")).toBe(true);
    expect(isStateOf([], "7")).toBe(false);
  });
});
