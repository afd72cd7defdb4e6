import { canonicalForm, sha256 } from "@nofx/canonical";
import {
  type PlannedAgent,
  type RenderedPlan,
  TemplateEnvironments,
  TemplateTest,
  type TestCase,
  type TestReport,
} from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { resolveEnvironment } from "../environments/environment.ts";
import { declaredVariables } from "../render/declared-variables.ts";
import { type Rendering, type RenderOrder, renderWorkflow } from "../render/render-workflow.ts";
import type { GivenValues } from "../variables/resolve-variables.ts";
import { assertionFailure } from "./assertion.ts";
import { generateInputs } from "./generate.ts";

/** A choice of versions that tests run with. */
export interface NamedResolution {
  /** `highest` or `lowest`. */
  readonly name: string;
  readonly agents: ReadonlyMap<string, PlannedAgent>;
  /** Those of environments that want others. */
  readonly inEnvironments?: ReadonlyMap<string, ReadonlyMap<string, PlannedAgent>>;
}

/** What tests are run on. */
export interface TestOrder extends Omit<RenderOrder, "agents" | "variables" | "environment"> {
  readonly resolutions: readonly NamedResolution[];
  /** What makes plans, if it is no workflow. */
  readonly render?: (order: RenderOrder) => Rendering;
}

/** A test, and where it stands in the manifest. */
interface PlacedTest {
  readonly test: TemplateTest;
  readonly at: string;
}

/** Where a case runs. */
interface Place {
  readonly environment: string | undefined;
  readonly resolution: NamedResolution;
}

const reportedMax = 1000;

/** What a plan does, whatever the versions of its agents and the bytes of its template. */
const snapshotOf = ({ template: _template, steps, ...plan }: RenderedPlan): string => {
  const actions = steps.map(({ agent: { tenant, agentId }, ...step }) => ({ ...step, agent: `${tenant}/${agentId}` }));
  return sha256(canonicalForm({ ...plan, steps: actions }));
};

type Failures = TestCase["failures"];

const expectedErrors = ({ test, at: of }: PlacedTest, rendering: Rendering): Failures => {
  const at = test.expect.errors ? `${of}.expect.errors` : of;
  const expected = (test.expect.errors ?? []).map(({ path, code }) => `${code} at ${path}`);
  const found = rendering.ok ? [] : rendering.errors.map(({ path, code }) => `${code} at ${path}`);
  const problems = rendering.ok ? [] : rendering.errors;
  return [
    ...expected
      .filter((one) => !found.includes(one))
      .map((one) => ({ path: "$", message: `expected ${one}, which did not come`, at })),
    ...problems
      .filter(({ path, code }) => !expected.includes(`${code} at ${path}`))
      .map(({ path, code, message }) => ({ path, message: `${code}, which is not expected: ${message}`, at })),
  ];
};

const planFailures = ({ test, at }: PlacedTest, plan: RenderedPlan, snapshot: string): Failures => [
  ...(test.plan ?? []).flatMap((assertion, index) => {
    const message = assertionFailure(assertion, plan);
    return message === undefined ? [] : [{ path: assertion.path, message, at: `${at}.plan[${index}]` }];
  }),
  ...(test.snapshot === undefined || test.snapshot === snapshot
    ? []
    : [
        {
          path: "$",
          message: `the plan is another than when ${test.snapshot} was noted: it is ${snapshot} now`,
          at: `${at}.snapshot`,
        },
      ]),
];

const runCase = (
  order: TestOrder,
  placed: PlacedTest,
  kind: TestCase["kind"],
  { environment, resolution }: Place,
): TestCase => {
  const { test } = placed;
  const { resolutions: _all, render = renderWorkflow, ...from } = order;
  const ofEnvironment = environment === undefined ? undefined : resolution.inEnvironments?.get(environment);
  const agents = ofEnvironment ?? resolution.agents;
  const rendering = render({ ...from, environment, variables: test.variables, agents });
  const snapshot = rendering.ok ? snapshotOf(rendering.plan) : undefined;
  const failures = expectedErrors(placed, rendering);
  if (rendering.ok && test.expect.errors === undefined)
    failures.push(...planFailures(placed, rendering.plan, snapshot as string));
  return {
    name: test.name,
    kind,
    ...(environment !== undefined && { environment }),
    resolution: resolution.name,
    passed: failures.length === 0,
    failures,
    ...(snapshot !== undefined && { snapshot }),
  };
};

/** A test that cannot be read fails as such. */
const unreadable = (given: unknown, index: number): TestCase => ({
  name: String(asObject(given).name ?? `tests[${index}]`).slice(0, 200),
  kind: "declared",
  passed: false,
  failures: [
    { path: `$.content.tests[${index}]`, message: "the test cannot be read", at: `$.content.tests[${index}]` },
  ],
});

type Environments = readonly (string | undefined)[];

const environmentsOf = (order: TestOrder): Environments => {
  const names = Object.keys((order.document.content.environments ?? {}) as TemplateEnvironments).sort();
  return names.length > 0 ? names : [undefined];
};

/** Values that callers need not give in an environment. */
const valuesIn = (order: TestOrder, environment: string | undefined): GivenValues => {
  const declared = TemplateEnvironments.safeParse(order.document.content.environments ?? {});
  if (environment === undefined || !declared.success) return {};
  const resolved = resolveEnvironment(declared.data, environment);
  return resolved.ok ? resolved.environment.variables : {};
};

/** Generated inputs begin with the values of the first test that is to succeed, where that runs first. */
const generated = (order: TestOrder, tests: readonly TemplateTest[], all: Environments): TemplateTest[] => {
  const { content } = order.document;
  const declared = declaredVariables(content, [content.goal, order.steps.map(({ inputs }) => inputs)]);
  const base = tests.find(({ expect }) => expect.valid);
  if (!base) return [];
  const environment = base.environment ?? all[0];
  return generateInputs(declared, base.variables, valuesIn(order, environment)).map(({ name, variables }) => ({
    name,
    variables,
    environment,
    expect: { valid: true },
  }));
};

/**
 * Runs a template's tests: each in the environment it names or else in all of them, with each choice of agents' versions.
 * Beside them run generated inputs at the edges of what the variables take, which must give a plan.
 */
export const runTests = (order: TestOrder): TestReport => {
  const read = asArray(order.document.content.tests).map((given) => ({ given, parsed: TemplateTest.safeParse(given) }));
  const tests = read.flatMap(({ parsed }, index): PlacedTest[] =>
    parsed.success ? [{ test: parsed.data, at: `$.content.tests[${index}]` }] : [],
  );
  const readable = tests.map(({ test }) => test);
  const unread = read.flatMap(({ given, parsed }, index) => (parsed.success ? [] : [unreadable(given, index)]));
  const all = environmentsOf(order);
  const cases = order.resolutions.flatMap((resolution) => [
    ...tests.flatMap((placed) =>
      (placed.test.environment === undefined ? all : [placed.test.environment]).map((environment) =>
        runCase(order, placed, "declared", { environment, resolution }),
      ),
    ),
    ...generated(order, readable, all).map((test) =>
      runCase(order, { test, at: "$.content.variables" }, "generated", { environment: test.environment, resolution }),
    ),
  ]);
  const failed = [...unread, ...cases.filter(({ passed }) => !passed)];
  const passed = cases.filter((one) => one.passed);
  return { passed: passed.length, failed: failed.length, cases: [...failed, ...passed.slice(0, reportedMax)] };
};
