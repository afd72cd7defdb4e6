import { type TemplateManifest, type TemplateStep, templateLimits } from "@nofx/contract-marketplace";
import { compareBumps } from "@nofx/versioning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classifyTemplates,
  inlinedPublication,
  type Rendering,
  renderWorkflow,
  toTemplatePublication,
  validateTemplate,
} from "./index.ts";

const variable = fc.oneof(
  fc.record({
    type: fc.constant("integer"),
    default: fc.constantFrom(undefined, 1, 5),
    maximum: fc.constantFrom(undefined, 5, 9),
  }),
  fc.record({ default: fc.constantFrom(undefined, "a", "Bb"), maxLength: fc.constantFrom(undefined, 3, 200) }),
  fc.record({ type: fc.constant("boolean"), default: fc.constantFrom(undefined, true) }),
  fc.record({ required: fc.constant(true), pattern: fc.constantFrom(undefined, "a") }),
  fc.record({
    type: fc.constant("array"),
    items: fc.constantFrom(undefined, { type: "string" }),
    rules: fc.constantFrom(undefined, [{ holds: { variable: "v", present: true }, message: "m" }]),
  }),
);
const filter = fc.constantFrom("", "", " | default(5)", " | upper", " | first", " | json", " | trim");
const expression = fc.tuple(fc.constantFrom("v", "w", "x"), filter).map(([name, rest]) => `{{ ${name}${rest} }}`);
const input = fc.oneof(
  expression,
  expression.map((one) => `At most ${one}.`),
  fc.constantFrom("dry", 1, ["{{ v }}", null]),
);
const anySteps = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id, index) =>
      fc.record({
        id: fc.constant(id),
        agentId: fc.constantFrom("x", "x", "x", "y"),
        dependsOn: fc.subarray(ids.slice(0, index)),
        inputs: fc.dictionary(fc.constantFrom("in", "tone"), input, { maxKeys: 2 }),
      }),
    ),
  ),
);
const environment = fc.record({
  extends: fc.constantFrom(undefined, undefined, "base"),
  variables: fc.constantFrom(undefined, { v: 1 }, { v: "a" }, { w: true }),
  agents: fc.constantFrom(undefined, { x: "^1.0.0" }, { x: "^2.0.0" }),
});
const content = fc.record({
  goal: fc.constantFrom("Done.", "Done with {{ v }}."),
  variables: fc.record({ v: variable, w: variable, x: variable }),
  environments: fc
    .constantFrom(undefined, {})
    .chain((none) =>
      none
        ? fc.constant(undefined)
        : fc.record({ base: environment.map(({ extends: _whom, ...own }) => own), production: environment }),
    ),
  steps: anySteps,
  tests: fc.constantFrom(undefined, [{ name: "t", variables: { v: "a", w: "a", x: "a" } }]),
});
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;

/** A valid template as it is published; undefined if it is none. */
const published = (given: object) => {
  const manifest = { templateId: "t", name: "T", version: "1.0.0", content: JSON.parse(JSON.stringify(given)) };
  const judged = validateTemplate(manifest);
  return judged.valid ? inlinedPublication(toTemplatePublication(judged.manifest as TemplateManifest)) : undefined;
};
type Document = NonNullable<ReturnType<typeof published>>;
const anyTemplate = content.filter((one) => published(one) !== undefined);
const documentOf = (given: object): Document => published(given) as Document;
/** A template and another, which often is much like it. */
const anyPair = fc
  .tuple(anyTemplate, anyTemplate, fc.subarray(["variables", "steps", "environments", "goal"] as const))
  .map(
    ([one, other, parts]) =>
      [one, { ...one, ...Object.fromEntries(parts.map((part) => [part, other[part]])) }] as const,
  )
  .filter(([, other]) => published(other) !== undefined);

const render = (document: Document, environment: string | undefined, variables: Record<string, unknown>): Rendering =>
  renderWorkflow({
    tenant: "acme",
    document,
    digest: "sha256:0",
    steps: document.content.steps as TemplateStep[],
    environment,
    variables,
    agents: new Map(
      ["x", "y"].map((agentId) => [agentId, { tenant: "acme", agentId, version: "1.0.0", digest: "sha256:0" }]),
    ),
  });
const given = fc.dictionary(
  fc.constantFrom("v", "w", "x"),
  fc.constantFrom(1, 5, 7, "a", "Bb", " a ", true, ["a"], []),
  {
    maxKeys: 3,
    noNullPrototype: true,
  },
);
const done = (rendering: Rendering) =>
  rendering.ok ? { steps: rendering.plan.steps.toSorted((a, b) => (a.id < b.id ? -1 : 1)) } : undefined;

const givens = fc.array(given, { minLength: 8, maxLength: 8 });
const placesOf = ({ environments }: Content) => [undefined, ...Object.keys(environments ?? {})];
/** Whether each variable of a template may be left out and given, by itself. */
const givesPlans = (document: Document, place: string | undefined): boolean => {
  const { v, w, x } = document.content.variables as Record<string, { type?: string; required?: boolean }>;
  const least = Object.fromEntries(
    Object.entries({ v, w, x })
      .filter(([, own]) => own?.required)
      .map(([name]) => [name, ""]),
  );
  return render(document, place, least).ok;
};

/** Rewritings that change nothing that is carried out. */
const rewritings: Readonly<Record<string, (content: Content) => object>> = {
  "keys in another order": (one) =>
    Object.fromEntries(
      Object.entries(one)
        .reverse()
        .map(([key, value]) => [
          key,
          Array.isArray(value) || value === null || typeof value !== "object"
            ? value
            : Object.fromEntries(Object.entries(value).reverse()),
        ]),
    ),
  "other spaces": (one) => ({
    ...one,
    steps: JSON.parse(JSON.stringify(one.steps).replaceAll("{{ ", "{{").replaceAll(" }}", "  }}")),
  }),
  "what is waited for in another order": (one) => ({
    ...one,
    steps: one.steps.map((step) => ({ ...step, dependsOn: step.dependsOn.toReversed() })),
  }),
  "steps in another order": (one) =>
    one.steps.some(({ dependsOn }) => dependsOn.length > 0) ? { ...one, steps: one.steps.toReversed() } : one,
};

describe("the verdict on two versions", () => {
  it("is never more than a patch for a refactoring that is tried with every variable", () => {
    fc.assert(
      fc.property(anyTemplate, fc.constantFrom(...Object.values(rewritings)), (one, rewrite) => {
        // No value is made up for an expression, and where nothing gives a plan, nothing is shown.
        const sound = JSON.stringify(one, (key, value) => (key === "pattern" || key === "rules" ? undefined : value));
        const plain = JSON.parse(sound.replace(/ \| (upper|first|trim)/g, "")) as Content;
        const [before, after] = [published(plain), published(rewrite(plain))];
        fc.pre(
          before !== undefined && after !== undefined && placesOf(plain).every((place) => givesPlans(before, place)),
        );
        expect(compareBumps(classifyTemplates(before, after).bump, "patch")).toBeLessThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });

  it("is major wherever a step is gone, whatever else is another", () => {
    fc.assert(
      fc.property(anyPair, ([one, other]) => {
        const after = published({ ...other, steps: one.steps.slice(0, -1) });
        fc.pre(after !== undefined);
        expect(classifyTemplates(documentOf(one), after).bump).toBe("major");
      }),
      { numRuns: 30 },
    );
  });

  it("is major wherever an input is refused that gave a plan", () => {
    fc.assert(
      fc.property(anyPair, givens, ([one, other], inputs) => {
        const [before, after] = [documentOf(one), documentOf(other)];
        const { bump } = classifyTemplates(before, after);
        const refused = placesOf(one).flatMap((place) =>
          inputs
            .filter((variables) => render(before, place, variables).ok && !render(after, place, variables).ok)
            .map((variables) => ({ place, variables })),
        );
        if (refused.length > 0) expect({ refused, bump }).toEqual({ refused, bump: "major" });
      }),
      { numRuns: 100 },
    );
  });

  it("is only then a patch if all inputs give the same plans, also those that were not tried", () => {
    fc.assert(
      fc.property(anyPair, givens, ([one, other], inputs) => {
        const [before, after] = [documentOf(one), documentOf(other)];
        fc.pre(compareBumps(classifyTemplates(before, after).bump, "patch") <= 0);
        for (const place of placesOf(one)) {
          const plans = (document: Document) => inputs.map((variables) => done(render(document, place, variables)));
          expect(plans(after)).toEqual(plans(before));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is the same whenever it is asked for, and there is one for any two templates", () => {
    fc.assert(
      fc.property(anyPair, ([one, other]) => {
        const [before, after] = [documentOf(one), documentOf(other)];
        expect(classifyTemplates(before, after)).toEqual(classifyTemplates(documentOf(one), documentOf(other)));
        expect(classifyTemplates(before, before)).toEqual({ bump: "none", differences: [] });
      }),
      { numRuns: 30 },
    );
  });

  it("takes no longer than a lock may be held, for the largest templates", () => {
    const names = Array.from({ length: templateLimits.variablesMax }, (_, index) => `v${index}`);
    const all = (value: (name: string) => unknown) => Object.fromEntries(names.map((name) => [name, value(name)]));
    const largest = (salt: number) =>
      documentOf({
        variables: all(() => ({ maxLength: 500 + salt })),
        environments: Object.fromEntries(
          Array.from({ length: 20 }, (_, index) => [`e${index}`, { variables: all((name) => `${salt} ${name}`) }]),
        ),
        steps: Array.from({ length: templateLimits.stepsMax }, (_, index) => ({
          id: `s${index}`,
          agentId: "x",
          inputs: { in: names.map((name) => `{{ ${name} | trim }} ${salt}`).join(" "), index },
        })),
        tests: Array.from({ length: 100 }, (_, index) => ({ name: `t${index}`, variables: all(() => "a") })),
      });
    const [before, after] = [largest(1), largest(2)];
    classifyTemplates(before, after);
    const start = process.cpuUsage();
    expect(classifyTemplates(before, after).bump).toBe("minor");
    const { user, system } = process.cpuUsage(start);
    // It takes 0.2 s; work without a bound would take minutes.
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
