import { describe, expect, it } from "vitest";
import { DependencyLock } from "./index.ts";

const digest = `sha256:${"0".repeat(64)}`;
const entry = { version: "1.0.0", digest, requestedBy: [{ by: "the caller", range: "*" }] };
const lock = { lockVersion: 1, strategy: "lowest", agents: { "acme/x": entry }, templates: {} };

describe("a lock", () => {
  it("names resources with their tenant, exact versions and who asked", () => {
    expect(DependencyLock.parse(lock)).toEqual(lock);
  });

  it.each([
    ["a name without a tenant", { ...lock, agents: { x: entry } }],
    ["a name with two", { ...lock, templates: { "a/b/c": entry } }],
    ["a range for a version", { ...lock, agents: { "acme/x": { ...entry, version: "^1.0.0" } } }],
    ["a version without a digest", { ...lock, agents: { "acme/x": { ...entry, digest: "" } } }],
    ["a version that nobody wants", { ...lock, agents: { "acme/x": { ...entry, requestedBy: [] } } }],
    ["another form", { ...lock, lockVersion: 2 }],
  ])("has not %s", (_what, other) => {
    expect(DependencyLock.safeParse(other).success).toBe(false);
  });
});
