import type { RenderedPlan } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { planDifference } from "./plan-difference.ts";
import { comparablePlan } from "./rendered-plan.ts";

const digest = `sha256:${"0".repeat(64)}`;
const plan = (version: string, more: Partial<RenderedPlan> = {}): RenderedPlan => ({
  template: { tenant: "acme", templateId: "t", version: "1.0.0", digest },
  kind: "workflow",
  steps: [
    { id: "a", agent: { tenant: "acme", agentId: "writer", version, digest }, dependsOn: [], inputs: { n: 1 } },
    { id: "b", agent: { tenant: "acme", agentId: "writer", version, digest }, dependsOn: ["a"], inputs: {} },
  ],
  variables: { since: "v1" },
  ...more,
});

describe("rendered plans, compared", () => {
  const compared = (before: RenderedPlan, after: RenderedPlan) => {
    const { equivalent, changes } = planDifference(comparablePlan(before), comparablePlan(after));
    return [equivalent, changes.map(({ kind, name, before: was, after: is }) => [kind, name, was, is])];
  };

  it("are equivalent if nothing but the template's version is another", () => {
    const template = { tenant: "acme", templateId: "t", version: "1.0.1", digest };
    expect(compared(plan("1.0.0"), plan("1.0.0", { template }))).toEqual([true, []]);
  });

  it("tell of versions of agents, values, channels and resources", () => {
    const after = plan("1.1.0", { variables: { since: "v2" }, channels: { slack: true }, resources: { queue: "q" } });
    expect(compared(plan("1.0.0"), after)).toEqual([
      false,
      [
        ["agent_range_changed", "acme/writer", "1.0.0", "1.1.0"],
        ["setting_changed", "variables.since", "v1", "v2"],
        ["setting_changed", "channels.slack", undefined, true],
        ["setting_changed", "resources.queue", undefined, "q"],
      ],
    ]);
  });

  it("tell of requests and goals of prompts", () => {
    const request = (model: string) => ({ model }) as unknown as NonNullable<RenderedPlan["request"]>;
    const prompt = (model: string) => plan("1", { kind: "prompt", steps: [], goal: "Done", request: request(model) });
    expect(compared(prompt("a"), prompt("b"))).toEqual([false, [["request_changed", "model", "a", "b"]]]);
  });
});
