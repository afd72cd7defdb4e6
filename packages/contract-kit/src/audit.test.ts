import { describe, expect, it } from "vitest";
import { auditQuery, auditVerificationQuery } from "./index.ts";

const hash = `sha256:${"ab".repeat(32)}`;

describe("a query of the audit log", () => {
  it.each([
    {},
    { resourceType: "agent" },
    { resourceType: "agent", resourceId: "a", actor: "token:x", action: "agent.rolled_back" },
    { since: "2026-11-22T09:30:00Z", until: "2026-11-22T09:30:00.001Z", limit: "100" },
  ])("may be %j", (query) => {
    expect(auditQuery.safeParse(query).error).toBeUndefined();
  });

  it.each([{ resourceId: "a" }, { since: "2026-11-22" }, { actor: "" }, { limit: "101" }])("may not be %j", (query) => {
    expect(auditQuery.safeParse(query).success).toBe(false);
  });
});

describe("a query of a verification", () => {
  it("begins at the first entry unless told otherwise", () => {
    expect(auditVerificationQuery.parse({})).toEqual({ from: 1, limit: 50_000 });
    expect(auditVerificationQuery.parse({ position: "12", hash, from: "13", limit: "7" })).toEqual({
      position: 12,
      hash,
      from: 13,
      limit: 7,
    });
  });

  it.each([{ position: "1" }, { hash }, { position: "0", hash }, { from: "0" }, { limit: "100001" }, { from: "1e30" }])(
    "may not be %j",
    (query) => {
      expect(auditVerificationQuery.safeParse(query).success).toBe(false);
    },
  );
});
