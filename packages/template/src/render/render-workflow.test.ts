import { canonicalForm } from "@nofx/canonical";
import type { PlannedAgent, TemplateStep, TemplateVersionDocument } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RenderOrder, renderWorkflow } from "./render-workflow.ts";

const digest = `sha256:${"0".repeat(64)}`;
const agent = (agentId: string): PlannedAgent => ({ tenant: "acme", agentId, version: "1.2.0", digest });

const content = {
  goal: "Done means {{ title | upper }} is out.",
  variables: {
    title: { type: "string", required: true },
    people: { type: "array", items: { type: "object" } },
    note: { type: "string" },
    limits: { type: "object" },
    token: { type: "secret" },
  },
  environments: {
    base: { variables: { limits: { cpu: 1, memory: 2 } }, resources: { queue: "slow" } },
    production: { extends: "base", variables: { limits: { cpu: 4 } }, resources: { queue: "fast" } },
  },
} as const;

const steps: TemplateStep[] = [
  {
    id: "write",
    agentId: "writer",
    dependsOn: ["collect", "check"],
    inputs: { text: "{{ steps.collect.outputs.text }}", heading: "On {{ title }}: {{ people[0].name }}{{ note }}" },
  },
  {
    id: "collect",
    agentId: "collector",
    name: "Collect",
    inputs: {
      people: "{{ people }}",
      note: "{{ note }}",
      list: ["{{ note }}", "{{ limits.cpu }}"],
      token: "{{ token }}",
      names: "{{ people | json }} {{ missing }}",
    },
  },
  { id: "check", agentId: "collector", dependsOn: ["collect"] },
];

const order = (given: Partial<RenderOrder> = {}): RenderOrder => ({
  tenant: "acme",
  document: { templateId: "t", name: "T", version: "1.0.0", content } as unknown as TemplateVersionDocument,
  digest,
  steps,
  variables: { title: "Notes", people: [{ name: "Ann" }], token: "secret://mail/token" },
  agents: new Map(["writer", "collector"].map((id) => [id, agent(id)])),
  ...given,
});

describe("a plan", () => {
  it("has everything filled in but what steps will give, in an order in which it can run", () => {
    const rendered = renderWorkflow(order({ environment: "production" }));
    expect(rendered).toEqual({
      ok: true,
      warnings: [],
      plan: {
        template: { tenant: "acme", templateId: "t", version: "1.0.0", digest },
        kind: "workflow",
        environment: "production",
        channels: {},
        resources: { queue: "fast" },
        goal: "Done means NOTES is out.",
        variables: {
          limits: { cpu: 4, memory: 2 },
          people: [{ name: "Ann" }],
          title: "Notes",
          token: "secret://mail/token",
        },
        steps: [
          {
            id: "collect",
            name: "Collect",
            agent: agent("collector"),
            dependsOn: [],
            inputs: {
              people: [{ name: "Ann" }],
              list: [null, 4],
              token: "secret://mail/token",
              names: '[{"name":"Ann"}] ',
            },
          },
          { id: "check", agent: agent("collector"), dependsOn: ["collect"], inputs: {} },
          {
            id: "write",
            agent: agent("writer"),
            dependsOn: ["check", "collect"],
            inputs: { text: "{{ steps.collect.outputs.text }}", heading: "On Notes: Ann" },
          },
        ],
      },
    });
  });

  it("of steps without dependsOn runs them in the order of the list", () => {
    const listed = [
      { id: "b", agentId: "writer" },
      { id: "a", agentId: "writer" },
    ];
    const rendered = renderWorkflow(order({ steps: listed }));
    expect(rendered.ok && rendered.plan.steps.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["b", []],
      ["a", ["b"]],
    ]);
  });

  it.each([
    ["a text", "Notes", "Notes"],
    ["a list", ["b", 1], '["b",1]'],
    ["an object whose members are named as methods are", { toString: false }, '{"toString":false}'],
    ["nothing", undefined, ""],
  ])("has a goal that is a text, also where a variable is all of it: %s", (_what, value, goal) => {
    const own = { goal: "{{ what }}", variables: { what: { type: "json" } } };
    const document = {
      templateId: "t",
      name: "T",
      version: "1.0.0",
      content: own,
    } as unknown as TemplateVersionDocument;
    const variables = value === undefined ? {} : { what: value };
    const rendered = renderWorkflow(order({ document, steps: [], variables }));
    expect(rendered.ok && rendered.plan.goal).toBe(goal);
  });

  it("takes a text for each name where no variables are declared", () => {
    const document = {
      templateId: "t",
      name: "T",
      version: "1.0.0",
      content: {},
    } as unknown as TemplateVersionDocument;
    const old = [{ id: "a", agentId: "writer", inputs: { x: "{{ who }} {{ steps.b.outputs.c }}" } }];
    expect(renderWorkflow(order({ document, steps: old, variables: {} }))).toMatchObject({
      ok: false,
      errors: [{ path: "$.variables.who", code: "missing" }],
    });
    const rendered = renderWorkflow(order({ document, steps: old, variables: { who: "Ann {{ steps.x.outputs.y }}" } }));
    expect(rendered.ok && rendered.plan.steps[0]?.inputs).toEqual({
      x: "Ann {{ steps.x.outputs.y }} {{ steps.b.outputs.c }}",
    });
  });

  it("is the same, byte for byte, whatever the order of what is given", () => {
    const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
    const one = renderWorkflow(order({ environment: "base" }));
    const variables = reversed(order().variables);
    const document = { ...order().document, content: reversed(content) } as TemplateVersionDocument;
    const other = renderWorkflow(order({ environment: "base", variables, document }));
    expect(canonicalForm(other)).toBe(canonicalForm(one));
  });
});

describe("what stands against a plan", () => {
  const errorsOf = (given: Partial<RenderOrder>) => {
    const rendered = renderWorkflow(order(given));
    return rendered.ok ? "fine" : rendered.errors.map(({ path, code }) => `${path} ${code}`);
  };
  const one = (input: string) => [{ id: "a", agentId: "writer", inputs: { x: input } }];
  const deep = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`);

  it.each<[string, Partial<RenderOrder>, string[]]>([
    ["an environment that is not there", { environment: "prod" }, ["$.environment environment_unknown"]],
    [
      "values that do not fit",
      { variables: { title: 5, token: "x" } },
      ["$.variables.title wrong_type", "$.variables.token secret_value"],
    ],
    [
      "an agent without a version",
      { agents: new Map([["writer", agent("writer")]]) },
      ["$.steps[1].agentId agent_unresolved", "$.steps[2].agentId agent_unresolved"],
    ],
    ["a filter on something else", { steps: one("{{ people | upper }}") }, ["$.steps[0].inputs.x filter_mismatch"]],
    ["values that nest too deep", { variables: { title: "x", limits: deep } }, ["$ too_deep"]],
    [
      "more than a plan may hold",
      { steps: one("{{ title }}".repeat(1000)), variables: { title: "x".repeat(10_000) } },
      ["$ plan_too_large"],
    ],
  ])("%s", (_what, given, expected) => {
    expect(errorsOf(given)).toEqual(expected);
  });

  it("environments that cannot be read", () => {
    const document = { ...order().document, content: { environments: { a: 5 } } } as unknown as TemplateVersionDocument;
    expect(errorsOf({ document, environment: "a" })).toEqual(["$.environment environment_unknown"]);
  });

  it("a variable whose declaration cannot be read takes nothing", () => {
    const document = { ...order().document, content: { variables: { x: 5 } } } as unknown as TemplateVersionDocument;
    expect(errorsOf({ document, steps: one("{{ x }}"), variables: { x: 1 } })).toEqual([
      "$.variables.x schema_mismatch",
    ]);
  });
});

describe("rendering whatever is given", () => {
  const word = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      "title",
      "people",
      "steps.a.outputs.b",
      "__proto__",
      "x.y[0]",
      "{{",
      "}}",
      " | ",
      "upper",
      'default("a")',
    ),
  );
  const text = fc.array(word, { maxLength: 6 }).map((words) => `{{ ${words.join("")} }} ${words.join(" ")}`);
  const value = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      text,
      fc.jsonValue(),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(word, tie("json"), { maxKeys: 3 }),
    ),
  })).json;

  it("gives a plan or problems, never an exception, and within time", () => {
    fc.assert(
      fc.property(value, value, value, value, (inputs, variables, environments, given) => {
        const document = {
          templateId: "t",
          name: "T",
          version: "1.0.0",
          content: { goal: inputs, variables, environments },
        };
        const start = performance.now();
        const rendered = renderWorkflow(
          order({
            document: document as unknown as TemplateVersionDocument,
            steps: [{ id: "a", agentId: "writer", inputs: { x: inputs } }],
            variables: { given } as Record<string, unknown>,
            environment: "production",
          }),
        );
        const free = renderWorkflow(order({ steps: [{ id: "a", agentId: "writer", inputs: { x: inputs } }] }));
        expect(performance.now() - start).toBeLessThan(2000);
        expect(typeof rendered.ok).toBe("boolean");
        expect(typeof free.ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });

  it("takes time linear in the template", () => {
    const inputs = { x: "{{ title }} {{ people[0].name }} ".repeat(50_000) };
    const start = performance.now();
    expect(renderWorkflow(order({ steps: [{ id: "a", agentId: "writer", inputs }] })).ok).toBe(true);
    // Work that grows with the square would take minutes.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
