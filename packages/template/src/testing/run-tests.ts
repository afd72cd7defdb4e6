import { TemplateTest, type TestCase, type TestReport } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { inOneGo, type Sliced } from "../resolve/work.ts";
import { type PlacedTest, plannedCases, type TestOrder } from "./planned-cases.ts";
import { counted, runCase, type TestWork } from "./run-case.ts";

export type { NamedResolution, TestOrder } from "./planned-cases.ts";

const reportedMax = 1000;

/** How much all cases together may look at, in characters of plans: a second's work, or a few. */
const unitsMax = 50_000_000;

/** What a case costs beside its plan. */
const unitsPerCase = 5_000;

const nameOf = (given: unknown, index: number): string => {
  const { name } = asObject(given);
  return typeof name === "string" ? name.slice(0, 200) : `tests[${index}]`;
};

/** A test that cannot be read fails as such. */
const unreadable = (given: unknown, index: number): TestCase => ({
  name: nameOf(given, index),
  kind: "declared",
  passed: false,
  failures: [
    { path: `$.content.tests[${index}]`, message: "the test cannot be read", at: `$.content.tests[${index}]` },
  ],
});

const tooMuch = (order: TestOrder): TestCase => ({
  name: "all tests",
  kind: "declared",
  passed: false,
  failures: [
    {
      path: "$.content.tests",
      at: "$.content.tests",
      message: `too much work: not all tests were run with ${order.resolutions.length} choices of versions in all environments; make them fewer or smaller`,
    },
  ],
});

/**
 * Runs a template's tests: each in the environment it names or else in all of them, with each choice of agents' versions.
 * Beside them run generated inputs at the edges of what the variables take, which must give a plan. It stops between cases
 * and assertions; tests that are too much work altogether fail as such.
 */
export function* runningTests(order: TestOrder): Sliced<TestReport> {
  const read = asArray(order.document.content.tests).map((given) => ({ given, parsed: TemplateTest.safeParse(given) }));
  const tests = read.flatMap(({ parsed }, index): PlacedTest[] =>
    parsed.success ? [{ test: parsed.data, at: `$.content.tests[${index}]` }] : [],
  );
  const failed = read.flatMap(({ given, parsed }, index) => (parsed.success ? [] : [unreadable(given, index)]));
  const passed: TestCase[] = [];
  const work: TestWork = { units: 0 };
  const cases = plannedCases(order, tests);
  for (;;) {
    const { done, value: planned } = counted(work, () => cases.next());
    if (done) break;
    work.units += unitsPerCase;
    if (work.units > unitsMax) {
      failed.push(tooMuch(order));
      break;
    }
    yield;
    if (!planned) continue;
    const one = yield* runCase(order, planned, work);
    (one.passed ? passed : failed).push(one);
    yield;
  }
  return { passed: passed.length, failed: failed.length, cases: [...failed, ...passed.slice(0, reportedMax)] };
}

/** The same without a stop. */
export const runTests = (order: TestOrder): TestReport => inOneGo(runningTests(order));
