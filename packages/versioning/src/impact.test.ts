import { describe, expect, it } from "vitest";
import { fieldChanges, satisfies } from "./index.ts";

describe("the impact of a change", () => {
  it("tells fields without a judgement", () => {
    const found = { path: "$.status", before: "active", after: "disabled", severity: "major", reason: "x" } as const;
    expect(fieldChanges([found])).toEqual([{ path: "$.status", before: "active", after: "disabled" }]);
  });

  it("leaves satisfied who accepts the current version of what is not disabled", () => {
    const resource = { status: "active", currentVersion: "2.0.0" } as const;
    expect(satisfies(resource, "^2.0.0")).toBe(true);
    expect(satisfies({ ...resource, status: "deprecated" }, "^2.0.0")).toBe(true);
    expect(satisfies({ ...resource, currentVersion: "1.0.0" }, "^2.0.0")).toBe(false);
    expect(satisfies({ ...resource, status: "disabled" }, "*")).toBe(false);
    expect(satisfies(resource, "nonsense")).toBe(false);
  });
});
