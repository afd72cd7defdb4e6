import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { adviceOn } from "../resolve/conflict-advice.ts";
import { lockedAgents } from "../resolve/locked-agents.ts";
import { requirementsOf } from "../resolve/requirements.ts";
import { resolveDependencies } from "../resolve/resolve-dependencies.ts";
import type { Candidate } from "../resolve/resource.ts";
import { runTests } from "./run-tests.ts";
import { inlineSteps, testOrderOf, usableEnvironments } from "./test-order.ts";

const digest = `sha256:${"0".repeat(64)}`;
const of = (content: object) => ({
  tenant: "acme",
  digest,
  document: { templateId: "t", name: "T", version: "1.0.0", content } as unknown as TemplateVersionDocument,
});
const candidate = (version: string): Candidate => ({ version, digest, status: "active", dependencies: [] });

describe("a workflow that is to be tested", () => {
  const version = of({
    kind: "workflow",
    steps: [
      { id: "a", agentId: "writer" },
      { id: "b", agentId: "globex/reader" },
    ],
    environments: { production: { agents: { writer: ">=2.0.0" } }, broken: { extends: "nowhere" } },
    tests: [{ name: "It has its steps", environment: "production", plan: [{ path: "$.steps[*]", count: 2 }] }],
  });
  const [production] = usableEnvironments(version);
  const known = () => [candidate("2.0.0"), candidate("1.0.0")];

  it("has the environments that can be resolved", () => {
    expect(usableEnvironments(version).map(({ name }) => name)).toEqual(["production"]);
    expect(usableEnvironments(of({ environments: 7 }))).toEqual([]);
  });

  it("runs with what it and its environment ask for", () => {
    const requirements = requirementsOf(version, production);
    expect(requirements).toHaveLength(3);
    const resolved = resolveDependencies({ requirements, strategy: "lowest", known });
    if (resolved.outcome !== "locked") throw new Error(resolved.outcome);
    const agents = lockedAgents(resolved.lock, inlineSteps(version), "acme");
    expect([...agents].map(([name, { tenant, version: chosen }]) => [name, tenant, chosen])).toEqual([
      ["writer", "acme", "2.0.0"],
      ["globex/reader", "globex", "1.0.0"],
    ]);
    expect(lockedAgents(resolved.lock, [{ agentId: "nobody" }], "acme").size).toBe(0);
    expect(runTests(testOrderOf(version, [{ name: "lowest", agents }]))).toMatchObject({ passed: 1, failed: 0 });
  });
});

it("a prompt is tested as a prompt, in its environments and in no others", () => {
  const tests = ["production", "moon"].map((environment) => ({
    name: environment,
    environment,
    plan: [{ path: "$.request.instructions", equals: "Say hello." }],
  }));
  const version = of({
    kind: "prompt",
    instructions: "Say {{ word }}.",
    input: [{ type: "input_text", text: "Now." }],
    environments: { production: { variables: { word: "hello" } } },
    tests,
  });
  const { cases } = runTests(testOrderOf(version, [{ name: "highest", agents: new Map() }]));
  const declared = cases.filter(({ kind }) => kind === "declared");
  expect(declared.map(({ name, passed }) => [name, passed])).toEqual([
    ["moon", false],
    ["production", true],
  ]);
  expect(declared[0]?.failures[0]?.message).toContain("environment_unknown");
});

it.each([
  ["absent", "Publish agent acme/a first"],
  ["no_versions", "Release a version of agent acme/a"],
  ["range_invalid", "Correct the range."],
  ["cycle", "Take one of these templates out"],
  ["unfit", "Widen one of the ranges"],
] as const)("against %s it helps to: %s", (code, advice) => {
  expect(adviceOn({ code, resource: { kind: "agent", tenant: "acme", id: "a" } })).toContain(advice);
});
