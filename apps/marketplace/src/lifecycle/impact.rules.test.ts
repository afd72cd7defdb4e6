import { describe, expect, it } from "vitest";
import { changedFields, judgeDependent } from "./impact.rules.ts";

const template = {
  id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
  tenant: "acme",
  templateId: "a",
  kind: "workflow",
  name: "A",
  status: "active",
  visibility: "private",
  currentVersion: "2.0.0",
  tags: ["t", "u"],
  ratingCount: 0,
  popularityScore: 0,
  agents: ["x"],
  metadata: { owner: "me" },
  updatedAt: "2026-11-22T09:30:00.000Z",
  publishedAt: "2026-11-22T09:30:00.000Z",
} satisfies Parameters<typeof changedFields>[0];

describe("changed fields", () => {
  it("are those that follow from the version or the status, not the bookkeeping", () => {
    const later = "2027-01-01T00:00:00.000Z";
    expect(changedFields(template, { ...template, updatedAt: later, publishedAt: later })).toEqual([]);
    const after = {
      ...template,
      currentVersion: "1.0.0",
      status: "deprecated" as const,
      category: "new",
      tags: ["u"],
      metadata: { owner: "you" },
    };
    expect(changedFields(template, after)).toEqual([
      { path: "$.currentVersion", before: "2.0.0", after: "1.0.0" },
      { path: "$.status", before: "active", after: "deprecated" },
      { path: "$.category", before: undefined, after: "new" },
      { path: "$.tags[?@=='t']", before: "t" },
      { path: "$.metadata.owner", before: "me", after: "you" },
    ]);
  });
});

describe("a dependent", () => {
  it("is satisfied by the current version of what is not disabled", () => {
    const dependent = { tenant: "acme", templateId: "b", version: "1.0.0", status: "active", range: "^2.0.0" } as const;
    expect(judgeDependent(dependent, template)).toEqual({ ...dependent, satisfied: true });
    expect(judgeDependent(dependent, { ...template, status: "disabled" }).satisfied).toBe(false);
  });
});
