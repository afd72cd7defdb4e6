import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RenderOrder, renderPrompt, renderWorkflow, runTests, validateTemplate } from "../src/index.ts";

const digest = `sha256:${"0".repeat(64)}`;
const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    "a",
    "{{ a }}",
    "{{ a.b[0] | upper }}",
    "__proto__",
    "constructor",
    "secret://x/y",
    "$..*",
    "(a+)+",
    "😀",
  ),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    word,
    fc.jsonValue(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(word, tie("value"), { maxKeys: 3 }),
  ),
})).value;

const test = fc.record(
  {
    name: fc.oneof(word, json),
    environment: fc.constantFrom("production", "nowhere"),
    variables: fc.oneof(fc.dictionary(fc.constantFrom("a", "b", "__proto__"), json), json),
    expect: fc.oneof(json, fc.constant({ valid: true }), fc.constant({ errors: [{ path: "$", code: "x" }] })),
    plan: fc.array(fc.oneof(json, fc.record({ path: word, equals: json }), fc.record({ path: word, matches: word })), {
      maxLength: 3,
    }),
    snapshot: fc.constantFrom(digest, "x"),
  },
  { requiredKeys: [] },
);

const variable = fc.oneof(
  json,
  fc.record(
    {
      type: fc.constantFrom("string", "json", "array", "object", "enum", "secret", "x"),
      pattern: word,
      when: json,
      default: json,
    },
    { requiredKeys: [] },
  ),
);

const content = fc.record(
  {
    goal: json,
    instructions: json,
    input: fc.oneof(
      json,
      fc.array(fc.record({ id: word, type: fc.constant("input_text"), text: word }), { maxLength: 2 }),
    ),
    variables: fc.oneof(json, fc.dictionary(fc.constantFrom("a", "b", "__proto__"), variable)),
    environments: fc.oneof(json, fc.constant({ production: { variables: { a: "x" } } })),
    tests: fc.oneof(json, fc.array(fc.oneof(json, test), { maxLength: 3 })),
  },
  { requiredKeys: [] },
);

const orderOf = (given: Record<string, unknown>, inputs: unknown) => ({
  tenant: "acme",
  document: { templateId: "t", name: "T", version: "1.0.0", content: given } as unknown as TemplateVersionDocument,
  digest,
  steps: [{ id: "a", agentId: "writer", inputs: { x: inputs } }],
});
const agents = new Map([["writer", { tenant: "acme", agentId: "writer", version: "1.0.0", digest }]]);
/** What publishing takes of a prompt. */
const promptOf = (instructions: string) => ({
  kind: "prompt",
  instructions,
  input: [{ id: "in_1", type: "input_text", text: instructions.slice(0, 1_000) }],
});

/** A prompt as tests see it. */
const prompt = ({ variables, ...order }: RenderOrder) => renderPrompt({ ...order, environment: undefined, variables });

describe("whatever a template says", () => {
  it("its tests are run, it is judged and rendered, and nothing is thrown: workflows and prompts", () => {
    fc.assert(
      fc.property(content, json, (given, inputs) => {
        const order = orderOf(given, inputs);
        const resolutions = [{ name: "highest", agents }];
        const { tests, variables, environments } = given;
        const asked = `{{ a }} ${JSON.stringify(inputs)}`;
        const asPrompt = orderOf({ ...promptOf(asked), tests, variables, environments }, inputs);
        const reports = [runTests({ ...order, resolutions }), runTests({ ...asPrompt, resolutions, render: prompt })];
        for (const { passed, failed, cases } of reports) expect(passed + failed).toBeGreaterThanOrEqual(cases.length);
        expect(typeof validateTemplate({ ...order.document, files: [] }).valid).toBe("boolean");
        const values = { a: inputs } as Record<string, unknown>;
        expect(typeof renderWorkflow({ ...order, environment: "production", variables: values, agents }).ok).toBe(
          "boolean",
        );
      }),
      { numRuns: 300 },
    );
  });

  it("time grows no faster than the template: a hundred times as much takes little more than a hundred times as long", () => {
    const cpuMs = (work: () => unknown): number => {
      const begin = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1000;
    };
    const of = (size: number) => {
      const given = {
        variables: { a: { type: "string" }, list: { type: "json" } },
        goal: "{{ a }} ".repeat(size),
        tests: [
          {
            name: "x",
            variables: { a: "y", list: Array.from({ length: size }, (_, at) => at) },
            plan: [{ path: "$..*", includes: "z" }],
          },
        ],
      };
      const order = orderOf(given, ["{{ list }}", "{{ a }} {{ list[0] }}".repeat(size)]);
      const inPrompt = { ...given, ...promptOf(given.goal) };
      return {
        workflow: () => runTests({ ...order, resolutions: [{ name: "highest", agents }] }),
        prompt: () =>
          runTests({ ...orderOf(inPrompt, ""), resolutions: [{ name: "highest", agents }], render: prompt }),
        judged: () => validateTemplate(order.document),
      };
    };
    for (const what of ["workflow", "prompt", "judged"] as const) {
      of(100)[what]();
      const [once, tenfold, hundredfold] = [100, 1_000, 10_000].map((size) => cpuMs(of(size)[what])) as [
        number,
        number,
        number,
      ];
      // What takes no time at all cannot be measured; growth with the square would be a hundred times as much again.
      expect(hundredfold).toBeLessThan(Math.max(10 * Math.max(tenfold, 20) * 3, 100 * Math.max(once, 2) * 3));
    }
  });
});
