import { describe, expect, it } from "vitest";
import { parseResourceName } from "./index.ts";

describe("the name of a resource", () => {
  it("is its id, for another tenant's behind the tenant's", () => {
    expect(parseResourceName("review")).toEqual({ tenant: undefined, id: "review" });
    expect(parseResourceName("acme/review.v2")).toEqual({ tenant: "acme", id: "review.v2" });
  });

  it.each(["", "/", "acme/", "/review", "a/b/c", "no name", "Review", "ac_me/review"])("is not %j", (name) => {
    expect(parseResourceName(name)).toBeUndefined();
  });
});
