import { canonicalForm, sha256 } from "@nofx/canonical";
import type { RenderedPlan, TestCase } from "@nofx/contract-marketplace";
import { type Rendering, renderWorkflow } from "../render/render-workflow.ts";
import type { Sliced } from "../resolve/work.ts";
import { unitsSpent } from "../variables/check-meter.ts";
import { assertionFailure } from "./assertion.ts";
import type { PlacedTest, PlannedCase, TestOrder } from "./planned-cases.ts";

/** What cases have cost so far. */
export interface TestWork {
  units: number;
}

/** Does something that may be charged for, and counts that: nobody else has a turn meanwhile. */
export const counted = <Result>(work: TestWork, part: () => Result): Result => {
  const before = unitsSpent();
  const result = part();
  work.units += unitsSpent() - before;
  return result;
};

/** What a plan does, whatever the versions of its agents and the bytes of its template: its digest is the snapshot. */
const toldActions = ({ template: _template, steps, ...plan }: RenderedPlan): string => {
  const actions = steps.map(({ agent: { tenant, agentId }, ...step }) => ({ ...step, agent: `${tenant}/${agentId}` }));
  return canonicalForm({ ...plan, steps: actions });
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

function* planFailures(
  { test, at }: PlacedTest,
  { plan, snapshot }: { readonly plan: RenderedPlan; readonly snapshot: string },
  work: TestWork,
): Sliced<Failures> {
  const failures: Failures = [];
  for (const [index, assertion] of (test.plan ?? []).entries()) {
    const message = counted(work, () => assertionFailure(assertion, plan));
    if (message !== undefined) failures.push({ path: assertion.path, message, at: `${at}.plan[${index}]` });
    yield;
  }
  if (test.snapshot !== undefined && test.snapshot !== snapshot) {
    const message = `the plan is another than when ${test.snapshot} was noted: it is ${snapshot} now`;
    failures.push({ path: "$", message, at: `${at}.snapshot` });
  }
  return failures;
}

/** Runs one case. It stops between its parts. */
export function* runCase(
  order: TestOrder,
  { kind, environment, resolution, ...placed }: PlannedCase,
  work: TestWork,
): Sliced<TestCase> {
  const { test } = placed;
  const { resolutions: _all, render = renderWorkflow, ...from } = order;
  const ofEnvironment = environment === undefined ? undefined : resolution.inEnvironments?.get(environment);
  const agents = ofEnvironment ?? resolution.agents;
  const rendering = counted(work, () => render({ ...from, environment, variables: test.variables, agents }));
  yield;
  const told = rendering.ok ? toldActions(rendering.plan) : undefined;
  work.units += (told?.length ?? 0) * (1 + (test.plan?.length ?? 0));
  const snapshot = told === undefined ? undefined : sha256(told);
  const failures = expectedErrors(placed, rendering);
  if (rendering.ok && test.expect.errors === undefined) {
    yield;
    failures.push(...(yield* planFailures(placed, { plan: rendering.plan, snapshot: snapshot as string }, work)));
  }
  return {
    name: test.name,
    kind,
    ...(environment !== undefined && { environment }),
    resolution: resolution.name,
    passed: failures.length === 0,
    failures,
    ...(snapshot !== undefined && { snapshot }),
  };
}
