import type { DependencyLock } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { progressOf } from "./freshness.rules.ts";

const lock: DependencyLock = { lockVersion: 1, strategy: "highest", agents: {}, templates: {} };
const after = [
  { lock, digest: "new" },
  { environment: "production", lock, digest: "new-there" },
];
const locks = { before: { "": "old", production: "old-there", test: "kept" }, after };
const relock = { fromVersion: "1.0.0", plan: { action: "relock", version: "1.0.0", digest: "d1" }, locks } as const;
const publish = { fromVersion: "1.0.0", plan: { action: "publish", version: "1.1.0", digest: "d2" }, locks } as const;
const before = { version: "1.0.0", digest: "d1", locks: locks.before };
const next = { version: "1.1.0", digest: "d2", locks: {} };

describe("how far an upgrade has come", () => {
  it("is due where everything is as it was planned from", () => {
    expect([progressOf(relock, before), progressOf(publish, before)]).toEqual(["due", "due"]);
  });

  it("is locked where somebody has locked the same, and published where its version is there, with its locks or without", () => {
    const { test } = locks.before;
    expect(progressOf(relock, { ...before, locks: { "": "new", production: "new-there", test } })).toBe("locked");
    expect(progressOf(publish, next)).toBe("published");
    expect(progressOf(publish, { ...next, locks: { "": "new" } })).toBe("published");
  });

  it.each([
    ["another version", publish, { ...next, version: "1.2.0" }],
    ["the version with other content", publish, { ...next, digest: "d3" }],
    ["the version with another lock", publish, { ...next, locks: { "": "other" } }],
    ["another lock", relock, { ...before, locks: { ...before.locks, "": "other" } }],
    ["a lock more", relock, { ...before, locks: { ...before.locks, more: "x" } }],
    ["a lock less", relock, { ...before, locks: { "": "old" } }],
    ["some of the locks", relock, { ...before, locks: { ...before.locks, "": "new" } }],
  ])("has moved on with %s", (_what, planned, now) => {
    expect(progressOf(planned, now)).toBeUndefined();
  });
});
