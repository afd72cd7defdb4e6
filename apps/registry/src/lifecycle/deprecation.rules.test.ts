import { describe, expect, it } from "vitest";
import { deprecationOf, versionUrl } from "./deprecation.rules.ts";

const since = "2026-11-22T09:30:00.000Z";
const agent = { tenant: "acme", agentId: "a" };

describe("a deprecation", () => {
  it("is that of the version, then that of the agent, then none", () => {
    const deprecated = { deprecatedAt: since, statusReason: "old" };
    expect(deprecationOf(agent, {})).toBeUndefined();
    expect(deprecationOf({ ...agent, ...deprecated }, {})).toEqual({ of: "agent", since, reason: "old" });
    expect(deprecationOf({ ...agent, ...deprecated }, { deprecatedAt: since, statusReason: "wrong" })).toEqual({
      of: "version",
      since,
      reason: "wrong",
    });
  });

  it("leads to the successor, in whichever tenant that is", () => {
    const successor = { tenant: "globex", agentId: "b" };
    expect(deprecationOf({ ...agent, deprecatedAt: since, successor })).toMatchObject({
      successor: { ...successor, url: "/api/agents/b?tenant=globex" },
    });
    expect(deprecationOf(agent, { deprecatedAt: since, successor: "2.0.0" })).toMatchObject({
      successor: { ...agent, version: "2.0.0", url: "/api/agents/a/versions/2.0.0?tenant=acme" },
    });
  });

  it("of an agent without a reason, as nobody set it, still is one", () => {
    expect(deprecationOf({ ...agent, deprecatedAt: since })).toMatchObject({ reason: "" });
  });

  it("addresses versions with build metadata so that the plus arrives", () => {
    expect(versionUrl("acme", "a", "1.0.0+b.1")).toBe("/api/agents/a/versions/1.0.0%2Bb.1?tenant=acme");
  });
});
