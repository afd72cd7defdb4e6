import type { AgentSummary } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { changedFields, changedVersionFields, judgeDependent } from "./impact.rules.ts";

const agent = {
  id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
  tenant: "acme",
  agentId: "a",
  name: "A",
  status: "active",
  visibility: "private",
  currentVersion: "2.0.0",
  capabilities: [{ id: "x", label: "X" }],
  tags: ["t"],
  metadata: { owner: "me" },
  updatedAt: "2026-11-22T09:30:00.000Z",
} as const;
const shown = { ...agent, capabilities: [...agent.capabilities], tags: [...agent.tags] };

describe("changed fields", () => {
  it("are those that follow from the version or the status, not the bookkeeping", () => {
    expect(changedFields(shown, { ...shown, updatedAt: "2027-01-01T00:00:00.000Z" })).toEqual([]);
    const after = {
      ...shown,
      currentVersion: "1.0.0",
      description: "new",
      capabilities: [],
      metadata: { owner: "you" },
      status: "deprecated" as const,
    };
    expect(changedFields(shown, after)).toEqual([
      { path: "$.currentVersion", before: "2.0.0", after: "1.0.0" },
      { path: "$.status", before: "active", after: "deprecated" },
      { path: "$.description", before: undefined, after: "new" },
      { path: "$.capabilities[?@.id=='x']", before: { id: "x", label: "X" } },
      { path: "$.metadata.owner", before: "me", after: "you" },
    ]);
  });
});

describe("changed fields of a version", () => {
  it("are told by its place among the agent's versions", () => {
    const version = { version: "1.0.0+b.1", status: "active" } as const;
    expect(changedVersionFields(version, version)).toEqual([]);
    const after = { ...version, status: "deprecated", statusReason: "old", successor: "2.0.0" } as const;
    expect(changedVersionFields(version, after)).toEqual([
      { path: "$.versions[?@.version=='1.0.0+b.1'].status", before: "active", after: "deprecated" },
      { path: "$.versions[?@.version=='1.0.0+b.1'].statusReason", before: undefined, after: "old" },
      { path: "$.versions[?@.version=='1.0.0+b.1'].successor", before: undefined, after: "2.0.0" },
    ]);
  });
});

describe("a dependent", () => {
  const dependent = { tenant: "acme", agentId: "b", version: "1.0.0", status: "active", range: "^2.0.0" } as const;
  const satisfied = (range: string, after: Partial<Pick<AgentSummary, "status" | "currentVersion">> = {}) =>
    judgeDependent({ ...dependent, range }, { ...shown, ...after }).satisfied;

  it("is satisfied by the current version if its range says so", () => {
    expect(satisfied("^2.0.0")).toBe(true);
    expect(satisfied("^2.0.0", { currentVersion: "1.0.0" })).toBe(false);
    expect(satisfied("^2.0.0", { status: "deprecated" })).toBe(true);
    expect(satisfied("nonsense")).toBe(false);
  });

  it("gets nothing from a disabled agent", () => {
    expect(satisfied("*", { status: "disabled" })).toBe(false);
  });
});
