import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deprecationHeaders, immutable } from "./index.ts";

const since = "2026-11-22T09:30:00.000Z";

describe("the headers of an answer", () => {
  const successor = { url: "/acme/b" };

  it("tell since when something is deprecated, and its successor", () => {
    expect(deprecationHeaders({ since })).toEqual({ deprecation: "@1795339800" });
    expect(deprecationHeaders({ since, successor })).toEqual({
      deprecation: "@1795339800",
      link: '</acme/b>; rel="successor-version"',
    });
    expect(deprecationHeaders(undefined)).toEqual({});
  });

  it("tell the second in which it began, of any moment", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0) }), (date) => {
        const { deprecation } = deprecationHeaders({ since: date.toISOString() });
        const seconds = Number(deprecation?.slice(1));
        expect(deprecation).toMatch(/^@\d+$/);
        expect(date.getTime() - seconds * 1000).toBeGreaterThanOrEqual(0);
        expect(date.getTime() - seconds * 1000).toBeLessThan(1000);
      }),
    );
  });

  it("let shared caches keep a version for a year only if everybody may read it, and nobody what is deprecated", () => {
    expect(immutable({ role: "anonymous" }, undefined)).toEqual({
      "cache-control": "public, max-age=31536000, immutable",
    });
    expect(immutable({ role: "viewer" }, undefined)).toEqual({
      "cache-control": "private, max-age=31536000, immutable",
    });
    expect(immutable({ role: "anonymous" }, { since })).toEqual({ deprecation: "@1795339800" });
  });
});
