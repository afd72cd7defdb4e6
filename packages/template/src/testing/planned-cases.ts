import { type PlannedAgent, TemplateEnvironments, type TemplateTest, type TestCase } from "@nofx/contract-marketplace";
import { resolveEnvironment } from "../environments/environment.ts";
import { declaredVariables } from "../render/declared-variables.ts";
import type { Rendering, RenderOrder } from "../render/render-workflow.ts";
import type { GivenValues } from "../variables/resolve-variables.ts";
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

/** Where a case runs. */
interface Place {
  readonly environment: string | undefined;
  readonly resolution: NamedResolution;
}

/** A test, and where it stands in the manifest. */
export interface PlacedTest {
  readonly test: TemplateTest;
  /** JSONPath; of a generated one, that of what it was made from. */
  readonly at: string;
}

/** A test, and where it runs. */
export interface PlannedCase extends Place, PlacedTest {
  readonly kind: TestCase["kind"];
}

/** Inputs that are made for a template. */
const generatedMax = 1000;

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
function* generated(
  order: TestOrder,
  tests: readonly PlacedTest[],
  all: Environments,
): Generator<TemplateTest | undefined> {
  const { content } = order.document;
  const declared = declaredVariables(content, [content.goal, order.steps.map(({ inputs }) => inputs)]);
  const base = tests.find(({ test }) => test.expect.valid)?.test;
  if (!base) return;
  const environment = base.environment ?? all[0];
  let count = 0;
  for (const input of generateInputs(declared, base.variables, valuesIn(order, environment))) {
    if (count === generatedMax) return;
    count += 1;
    yield input && { ...input, environment, expect: { valid: true } };
  }
}

/**
 * All cases, in the order in which they run. Generated ones are made when it is their turn; undefined stands for one that the
 * declarations refuse.
 */
export function* plannedCases(order: TestOrder, tests: readonly PlacedTest[]): Generator<PlannedCase | undefined> {
  const all = environmentsOf(order);
  for (const resolution of order.resolutions) {
    for (const placed of tests) {
      const { environment: named } = placed.test;
      const environments = named === undefined ? all : [named];
      for (const environment of environments) yield { ...placed, kind: "declared", environment, resolution };
    }
    for (const test of generated(order, tests, all)) {
      yield test && { test, at: "$.content.variables", kind: "generated", environment: test.environment, resolution };
    }
  }
}
