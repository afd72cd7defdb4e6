import type { AgentSummary } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { channelUses, judgeAgentOrder } from "./lifecycle.rules.ts";

const at = new Date("2026-11-22T09:30:00.000Z");
const earlier = "2026-01-01T00:00:00.000Z";

describe("the successor of an agent", () => {
  const resource = {
    tenant: "acme",
    agentId: "a",
    status: "deprecated",
    statusReason: "why",
    deprecatedAt: earlier,
    visibility: "public",
    successor: { tenant: "acme", agentId: "b" },
  } as const;
  type Successor = AgentSummary["successor"];
  const judged = (successor: Successor, beyond: readonly NonNullable<Successor>[] = []) => {
    const found = { status: "active", visibility: "public" } as const;
    const order = { status: "deprecated", reason: "why", successor } as const;
    return judgeAgentOrder({ resource, order, at, successor: { found, beyond } });
  };

  it("is another one by its tenant or by its id", () => {
    expect(judged({ tenant: "acme", agentId: "b" })).toEqual({ outcome: "unchanged" });
    expect(judged({ tenant: "acme", agentId: "c" })).toMatchObject({ outcome: "changed" });
    expect(judged({ tenant: "globex", agentId: "b" })).toMatchObject({ outcome: "changed" });
  });

  it("is told of by its full name", () => {
    const back = [{ tenant: "acme", agentId: "a" }];
    expect(judged({ tenant: "globex", agentId: "b" }, back)).toMatchObject({
      outcome: "refused",
      code: "successor_refused",
      detail: "globex/b leads back to acme/a.",
    });
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
