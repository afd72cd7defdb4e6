import { describe, expect, it } from "vitest";
import { agentSuccessorObstacle, channelUses, judgeAgentStatus } from "./lifecycle.rules.ts";

const at = new Date("2026-11-22T09:30:00.000Z");
const earlier = "2026-01-01T00:00:00.000Z";

describe("the status of an agent", () => {
  const successor = { tenant: "acme", agentId: "b" };
  const before = { status: "deprecated", statusReason: "why", deprecatedAt: earlier, successor } as const;

  it.each([
    ["another successor", { reason: "why", successor: { tenant: "acme", agentId: "c" } }],
    ["a successor in another tenant", { reason: "why", successor: { tenant: "globex", agentId: "b" } }],
    ["no successor any more", { reason: "why" }],
  ])("a deprecation is amended by %s, and keeps its date", (_what, order) => {
    expect(judgeAgentStatus(before, { status: "deprecated", ...order }, at)).toMatchObject({
      outcome: "changed",
      change: { deprecatedAt: new Date(earlier), ...order },
    });
  });

  it("is unchanged by the same reason and successor", () => {
    const order = { status: "deprecated", reason: "why", successor: { ...successor } } as const;
    expect(judgeAgentStatus(before, order, at)).toEqual({ outcome: "unchanged" });
    const bare = { status: "disabled", statusReason: "why" } as const;
    expect(judgeAgentStatus(bare, { status: "disabled", reason: "why" }, at)).toEqual({ outcome: "unchanged" });
  });
});

describe("what holds a version", () => {
  it("are the channels that point at it, all of them named", () => {
    const channel = (name: string, version: string) => ({ channel: name, version, updatedAt: earlier });
    const channels = [channel("beta", "1.0.0"), channel("next", "2.0.0"), channel("canary", "1.0.0")];
    expect(channelUses("1.0.0", channels)).toEqual(["channels point at it: beta, canary"]);
    expect(channelUses("3.0.0", channels)).toEqual([]);
  });
});

describe("the successor of an agent", () => {
  const self = { tenant: "acme", agentId: "a", visibility: "public" } as const;
  const other = { tenant: "globex", agentId: "b" };
  const found = { status: "active", visibility: "public" } as const;

  it("is another agent that readers can follow to", () => {
    expect(agentSuccessorObstacle(self, other, found, [])).toBeUndefined();
    expect(agentSuccessorObstacle(self, { tenant: "globex", agentId: "a" }, found, [])).toBeUndefined();
    expect(agentSuccessorObstacle(self, self, found, [])).toMatch(/itself/);
    expect(agentSuccessorObstacle(self, other, undefined, [])).toMatch(/no agent globex\/b/);
    expect(agentSuccessorObstacle(self, other, { ...found, status: "disabled" }, [])).toMatch(/disabled/);
    expect(agentSuccessorObstacle(self, other, { ...found, visibility: "private" }, [])).toMatch(/could not follow/);
    expect(agentSuccessorObstacle(self, other, found, [{ tenant: "x", agentId: "y" }, self])).toMatch(/leads back/);
  });

  it("of a private agent may be private", () => {
    const own = { ...self, visibility: "private" } as const;
    expect(agentSuccessorObstacle(own, other, { ...found, visibility: "private" }, [])).toBeUndefined();
  });
});
