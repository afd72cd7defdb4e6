import { describe, expect, it } from "vitest";
import { deprecationOf } from "./deprecation.rules.ts";

const deprecatedAt = "2026-11-22T09:30:00.000Z";
const template = { tenant: "acme", templateId: "a" };

describe("the deprecation of a template", () => {
  it("leads to the successor, in whichever tenant that is", () => {
    const successor = { tenant: "globex", templateId: "b" };
    expect(deprecationOf({ ...template, deprecatedAt, successor })).toMatchObject({
      of: "template",
      successor: { ...successor, url: "/api/templates/b?tenant=globex" },
    });
    expect(deprecationOf(template)).toBeUndefined();
  });

  it("is that of the version first, and the plus of build metadata arrives", () => {
    const version = { deprecatedAt, statusReason: "old", successor: "2.0.0+b.1" };
    expect(deprecationOf({ ...template, deprecatedAt }, version)).toEqual({
      of: "version",
      since: deprecatedAt,
      reason: "old",
      successor: { ...template, version: "2.0.0+b.1", url: "/api/templates/a/versions/2.0.0%2Bb.1?tenant=acme" },
    });
  });
});
