import { describe, expect, it } from "vitest";
import { deprecationBy } from "./index.ts";

const since = "2026-11-22T09:30:00.000Z";
const at = { tenant: "acme", templateId: "a" };
type Address = typeof at;
const deprecationOf = deprecationBy({
  kind: "template",
  urlOf: ({ tenant, templateId }: Address, version) => `/${tenant}/${templateId}${version ? `/${version}` : ""}`,
});

describe("a deprecation", () => {
  it("is that of the version, then that of the resource, then none", () => {
    const deprecated = { deprecatedAt: since, statusReason: "old" };
    expect(deprecationOf(at, {})).toBeUndefined();
    expect(deprecationOf(at, {}, {})).toBeUndefined();
    expect(deprecationOf(at, deprecated, {})).toEqual({ of: "template", since, reason: "old" });
    expect(deprecationOf(at, deprecated, { deprecatedAt: since, statusReason: "wrong" })).toEqual({
      of: "version",
      since,
      reason: "wrong",
    });
  });

  it("leads to the successor, in whichever tenant that is", () => {
    const successor = { tenant: "globex", templateId: "b" };
    expect(deprecationOf(at, { deprecatedAt: since, successor })).toEqual({
      of: "template",
      since,
      reason: "",
      successor: { ...successor, url: "/globex/b" },
    });
    expect(deprecationOf(at, {}, { deprecatedAt: since, successor: "2.0.0" })).toEqual({
      of: "version",
      since,
      reason: "",
      successor: { ...at, version: "2.0.0", url: "/acme/a/2.0.0" },
    });
  });
});
