import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalForm } from "@nofx/canonical";
import type { PlannedAgent, TemplateManifest } from "@nofx/contract-marketplace";
import { kindOf, renderWorkflow, resolveEnvironment, runTests } from "@nofx/template";
import { describe, expect, it } from "vitest";
import { jsonFile, orderOf, resolved, shippedTemplates } from "./shipped.ts";

const named = (kind: string) =>
  shippedTemplates
    .filter(({ content }) => kindOf(content) === kind)
    .map((manifest) => [manifest.templateId, manifest] as const);

const testsOf = ({ content }: TemplateManifest) => content.tests ?? [];

const environmentsOf = ({ content: { environments = {} } }: TemplateManifest) =>
  Object.keys(environments).map((name) => {
    const found = resolveEnvironment(environments, name);
    if (!found.ok) throw new Error(found.problem.message);
    return found.environment;
  });

describe.each(named("workflow"))("the workflow %s that ships", (_id, manifest) => {
  const report = runTests({
    ...orderOf(manifest),
    resolutions: [resolved(manifest, "highest"), resolved(manifest, "lowest")],
  });

  it("passes its tests and inputs at the edges, with the highest and the lowest agents that fit", () => {
    expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.failed).toBe(0);
    for (const kind of ["declared", "generated"])
      expect(new Set(report.cases.filter((one) => one.kind === kind).map(({ resolution }) => resolution)).size).toBe(2);
  });

  it("has at least three tests, one of which says what is refused, and one that holds wherever it runs", () => {
    const tests = testsOf(manifest);
    expect(tests.length).toBeGreaterThanOrEqual(3);
    expect(tests.some(({ expect: { errors = [] } }) => errors.length > 0)).toBe(true);
    expect(tests.some(({ plan = [], environment }) => environment === undefined && plan.length > 0)).toBe(true);
    for (const { environment } of tests)
      if (environment !== undefined) expect(Object.keys(manifest.content.environments ?? {})).toContain(environment);
  });

  it("looks at every step, by the agent that does it", () => {
    const asserted = testsOf(manifest).flatMap(({ plan = [] }) => plan.map(({ path }) => path));
    for (const { id } of orderOf(manifest).steps) expect(asserted).toContain(`$.steps[?@.id=='${id}'].agent.agentId`);
  });

  it("has agents for each environment, within the ranges that it asks for", () => {
    for (const environment of environmentsOf(manifest)) {
      expect(Object.keys(manifest.content.dependencies?.agents ?? {})).toEqual(
        expect.arrayContaining(Object.keys(environment.agents)),
      );
      for (const strategy of ["highest", "lowest"] as const)
        expect(() => resolved(manifest, strategy, environment)).not.toThrow();
    }
  });
});

it.each(named("prompt"))(
  "the prompt %s that ships has tests for each environment, and one that says what is refused",
  (_id, manifest) => {
    const tests = testsOf(manifest);
    expect(tests.some(({ expect: { errors = [] } }) => errors.length > 0)).toBe(true);
    const environments = Object.keys(manifest.content.environments ?? {});
    expect(environments.length).toBeGreaterThanOrEqual(2);
    for (const name of environments)
      expect(tests.some(({ environment, plan = [] }) => environment === name && plan.length > 0)).toBe(true);
  },
);

const secrets = named("workflow").flatMap(([id, manifest]) =>
  Object.entries(manifest.content.variables ?? {})
    .filter(([, { type }]) => type === "secret")
    .map(([name]) => [id, name, manifest] as const),
);

it.each(secrets)("%s has a test that refuses %s in plain words", (_id, name, manifest) => {
  const refused = testsOf(manifest).flatMap(({ expect: { errors = [] } }) => errors);
  expect(refused).toContainEqual({ path: `$.variables.${name}`, code: "secret_value" });
});

const samples = named("workflow").flatMap(([id, manifest]) => {
  const variables = jsonFile(manifest, "assets/sample-input.json") as Record<string, unknown> | undefined;
  return variables === undefined ? [] : [[id, variables, manifest] as const];
});

it.each(samples)("%s gives a plan for its sample input in each environment", (_id, variables, manifest) => {
  const { agents } = resolved(manifest, "highest");
  for (const { name: environment } of environmentsOf(manifest)) {
    const rendering = renderWorkflow({ ...orderOf(manifest), environment, variables, agents });
    expect(rendering).toMatchObject({ ok: true, warnings: [] });
  }
});

it.each([...named("workflow"), ...named("prompt")])("%s is told apart for development and production", (_id, given) => {
  const environments = environmentsOf(given);
  expect(environments.map(({ name }) => name)).toEqual(expect.arrayContaining(["development", "production"]));
  const values = environments.map(({ variables }) => canonicalForm(variables));
  expect(new Set(values).size).toBe(values.length);
});

interface Golden {
  readonly environment: string;
  readonly agents: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly plan: unknown;
}

const noDigest = `sha256:${"0".repeat(64)}`;

it.each(["incident-to-post-mortem", "invoice-run", "release-train"])(
  "%s gives the plan that was worked out by hand, byte for byte in canonical form",
  async (templateId) => {
    const file = join(import.meta.dirname, "golden-plans", `${templateId}.json`);
    const golden = JSON.parse(await readFile(file, "utf8")) as Golden;
    const manifest = shippedTemplates.find((one) => one.templateId === templateId) as TemplateManifest;
    const agents = Object.entries(golden.agents).map(([agentId, version]): [string, PlannedAgent] => [
      agentId,
      { tenant: "shipped", agentId, version, digest: noDigest },
    ]);
    const { environment, variables } = golden;
    const order = { ...orderOf(manifest), digest: noDigest, environment, variables, agents: new Map(agents) };
    const rendering = renderWorkflow(order);
    expect(rendering).toMatchObject({ ok: true, warnings: [] });
    expect(rendering.ok && canonicalForm(rendering.plan)).toBe(canonicalForm(golden.plan));
  },
);
