import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { classifyTemplates } from "./index.ts";

const document = (content: object) =>
  ({ templateId: "t", name: "T", version: "1.0.0", content }) as TemplateVersionDocument;
const step = (inputs: object, more: object = {}) => ({ id: "a", agentId: "x", inputs, ...more });
const one = (input: unknown, more: object = {}) => ({ steps: [step({ in: input })], ...more });
const classify = (before: object, after: object) => classifyTemplates(document(before), document(after));
const told = (before: object, after: object) =>
  classify(before, after).differences.map(({ path, severity }) => `${severity} ${path.replace("$.content.", "")}`);
const reasons = (before: object, after: object) => classify(before, after).differences.map(({ reason }) => reason);

const text = { type: "string" };
const limit = { limit: { type: "integer" } };
const chain = (...ids: string[]) => ids.map((id) => ({ id, agentId: "x" }));
const waiting = (id: string, ...dependsOn: string[]) => ({ id, agentId: "x", dependsOn });
const environments = (production: object, more: object = {}) => ({ environments: { production, ...more } });

/** The same is carried out, whatever is given. */
const refactorings: [what: string, before: object, after: object, found: string[]][] = [
  [
    "spaces in an expression",
    one("{{limit}}", { variables: limit }),
    one("{{ limit }}", { variables: limit }),
    ["patch steps[?@.id=='a'].inputs.in"],
  ],
  [
    "a default of an expression that becomes the variable's",
    one("{{ limit | default(5) }}", { variables: limit }),
    one("{{ limit }}", { variables: { limit: { ...limit.limit, default: 5 } } }),
    ["patch variables.limit.default", "patch steps[?@.id=='a'].inputs.in"],
  ],
  [
    "a default that nobody needs, since a value must be given",
    one("At most {{ x | default(5) }}", { variables: { x: { required: true } } }),
    one("At most {{ x }}", { variables: { x: { required: true } } }),
    ["patch steps[?@.id=='a'].inputs.in"],
  ],
  [
    "spaces around what a step gave",
    {
      steps: [waiting("a"), { ...waiting("b", "a"), inputs: { in: "So: {{steps.a.outputs.x}}, {{ y }}" } }],
      variables: { y: text },
    },
    {
      steps: [waiting("a"), { ...waiting("b", "a"), inputs: { in: "So: {{ steps.a.outputs.x }}, {{y}}" } }],
      variables: { y: text },
    },
    ["patch steps[?@.id=='b'].inputs.in"],
  ],
  [
    "what steps of a list wait for, said",
    { steps: chain("a", "b", "c") },
    { steps: [waiting("a"), waiting("b", "a"), waiting("c", "b")] },
    ["a", "b", "c"].map((id) => `patch steps[?@.id=='${id}'].dependsOn`),
  ],
  [
    "what a step waits for in another order",
    { steps: [waiting("a"), waiting("b"), waiting("c", "a", "b")] },
    { steps: [waiting("a"), waiting("b"), waiting("c", "b", "a")] },
    ["patch steps[?@.id=='c'].dependsOn[0]", "patch steps[?@.id=='c'].dependsOn[1]"],
  ],
  [
    "what an environment sets, taken over from another",
    one("{{ limit }}", {
      variables: limit,
      ...environments({ variables: { limit: 5 } }, { base: { variables: { limit: 5 } } }),
    }),
    one("{{ limit }}", {
      variables: limit,
      ...environments({ extends: "base" }, { base: { variables: { limit: 5 } } }),
    }),
    ["patch environments.production.variables", "patch environments.production.extends"],
  ],
  [
    "what an environment sets, though it is the default",
    one("{{ limit }}", {
      variables: { limit: { type: "integer", default: 5 } },
      ...environments({ variables: { limit: 5 } }),
    }),
    one("{{ limit }}", { variables: { limit: { type: "integer", default: 5 } }, ...environments({}) }),
    ["patch environments.production.variables"],
  ],
];

/** Something else comes out, or it cannot be shown that the same does. */
const changes: [what: string, before: object, after: object, found: string[]][] = [
  ["another text", one("a"), one("b"), ["minor steps[?@.id=='a'].inputs.in"]],
  [
    "a filter that does nothing to most values",
    one("{{ x }}", { variables: { x: text } }),
    one("{{ x | trim }}", { variables: { x: text } }),
    ["minor steps[?@.id=='a'].inputs.in"],
  ],
  [
    "a default for a variable on a condition, which may lack a value for another reason",
    one("{{ x | default(5) }}", { variables: { x: { when: { variable: "y", present: true } }, y: text } }),
    one("{{ x }}", {
      variables: { x: { when: { variable: "y", present: true }, default: 5, type: "integer" }, y: text },
    }),
    ["major variables.x.type", "minor variables.x.default", "minor steps[?@.id=='a'].inputs.in"],
  ],
  [
    "the same for values, of which none is known that fits",
    one("{{ x | default(5) }}", { variables: { x: { pattern: "^v[0-9]{9}$", required: true } } }),
    one("{{ x }}", { variables: { x: { pattern: "^v[0-9]{9}$", required: true } } }),
    ["minor steps[?@.id=='a'].inputs.in"],
  ],
  [
    "the same for values that a test gives",
    one("{{ x | default(5) }}", {
      variables: { x: { pattern: "^v[0-9]$", required: true } },
      tests: [{ name: "t", variables: { x: "v1" } }],
    }),
    one("{{ x }}", {
      variables: { x: { pattern: "^v[0-9]$", required: true } },
      tests: [{ name: "t", variables: { x: "v1" } }],
    }),
    ["patch steps[?@.id=='a'].inputs.in"],
  ],
  [
    "what is said of a step beside its inputs",
    { steps: [step({}, { retries: 1 })] },
    { steps: [step({}, { retries: 2 })] },
    ["minor steps[?@.id=='a'].retries"],
  ],
  ["another agent", { steps: chain("a") }, { steps: [{ id: "a", agentId: "y" }] }, ["major steps[?@.id=='a'].agentId"]],
  [
    "an expression that refuses what was taken",
    one("{{ limit }}", { variables: limit }),
    one("{{ limit | upper }}", { variables: limit }),
    ["minor steps[?@.id=='a'].inputs.in", "major steps[?@.id=='a'].inputs"],
  ],
  [
    "another default, which shows in a step",
    one("{{ limit }}", { variables: { limit: { type: "integer", default: 5 } } }),
    one("{{ limit }}", { variables: { limit: { type: "integer", default: 6 } } }),
    ["minor variables.limit.default", "minor steps[?@.id=='a'].inputs.in"],
  ],
  [
    "another default, which shows in the plan alone",
    one("a", { variables: { limit: { type: "integer", default: 5 } } }),
    one("a", { variables: { limit: { type: "integer", default: 6 } } }),
    ["minor variables.limit.default"],
  ],
  [
    "another value of an environment",
    one("{{ limit }}", { variables: limit, ...environments({ variables: { limit: 5 } }) }),
    one("{{ limit }}", { variables: limit, ...environments({ variables: { limit: 6 } }) }),
    ["minor environments.production.variables.limit", "minor steps[?@.id=='a'].inputs.in"],
  ],
  [
    "a value of an environment that breaks a rule",
    one("{{ limit }}", {
      variables: { limit: { type: "integer", rules: [{ holds: { variable: "limit", atMost: 9 }, message: "m" }] } },
      ...environments({ variables: { limit: 5 } }),
    }),
    one("{{ limit }}", {
      variables: { limit: { type: "integer", rules: [{ holds: { variable: "limit", atMost: 9 }, message: "m" }] } },
      ...environments({ variables: { limit: 50 } }),
    }),
    ["minor environments.production.variables.limit", "major variables.limit"],
  ],
  [
    "a range of an environment that leaves its major version by what it extends",
    {
      steps: chain("a"),
      ...environments({ extends: "old" }, { old: { agents: { x: "^1.0.0" } }, new: { agents: { x: "^2.0.0" } } }),
    },
    {
      steps: chain("a"),
      ...environments({ extends: "new" }, { old: { agents: { x: "^1.0.0" } }, new: { agents: { x: "^2.0.0" } } }),
    },
    ["minor environments.production.extends", "major environments.production.agents.x"],
  ],
  [
    "a range of an environment within its major version",
    { steps: chain("a"), ...environments({ agents: { x: "^1.0.0", y: "1" } }) },
    { steps: chain("a"), ...environments({ agents: { x: "^1.2.0" } }) },
    ["minor environments.production.agents.x", "minor environments.production.agents.y"],
  ],
  [
    "what an environment passes on",
    { steps: chain("a"), ...environments({ resources: { queue: "a" } }) },
    { steps: chain("a"), ...environments({ resources: { queue: "b" } }) },
    ["minor environments.production.resources.queue"],
  ],
  [
    "a plan that grows beyond what a plan may have",
    one("{{ x }}", { variables: { x: { maxLength: 10_000 } } }),
    one("{{ x }}".repeat(450), { variables: { x: { maxLength: 10_000 } } }),
    ["minor steps[?@.id=='a'].inputs.in", "major $.content"],
  ],
  [
    "environments that cannot be used",
    { steps: chain("a"), ...environments({ extends: "none", channels: {} }) },
    { steps: chain("a"), ...environments({ extends: "nobody", channels: {} }) },
    ["minor environments.production.extends"],
  ],
  [
    "environments that cannot be read",
    { steps: chain("a"), environments: { production: { variables: { a: 1 } }, UPPER: {} } },
    { steps: chain("a"), environments: { production: { variables: { a: 2 } }, UPPER: {} } },
    ["minor environments.production.variables.a"],
  ],
  [
    "a goal that asks for more than was asked for",
    { goal: "Done.", steps: chain("a") },
    { goal: "Done for {{ who }}.", steps: chain("a") },
    ["patch goal", "major variables.who"],
  ],
  [
    "a goal put otherwise by a default",
    { goal: "{{ who }}", variables: { who: { default: "Ann" } }, steps: chain("a") },
    { goal: "{{ who }}", variables: { who: { default: "Bob" } }, steps: chain("a") },
    ["minor variables.who.default", "patch goal"],
  ],
  [
    "a prompt",
    { kind: "prompt", instructions: "a", model: "m" },
    { kind: "prompt", instructions: "b", model: "n" },
    ["patch instructions", "minor model"],
  ],
];

describe("a workflow that is written otherwise, and comes to the same:", () => {
  it.each(refactorings)("%s", (_what, before, after, found) => {
    expect(told(before, after).sort()).toEqual([...found].sort());
  });
});

describe("a workflow that comes to something else, or may:", () => {
  it.each(changes)("%s", (_what, before, after, found) => {
    expect(told(before, after).sort()).toEqual([...found].sort());
  });
});

describe("the reason", () => {
  it("of what is only written otherwise says so", () => {
    expect(reasons(one("{{limit}}", { variables: limit }), one("{{ limit }}", { variables: limit }))).toEqual([
      "Step `a` is written otherwise; every plan that was tried is the same",
    ]);
    const [before, after] = [5, undefined].map((own) =>
      one("{{ limit }}", {
        variables: { limit: { type: "integer", default: 5 } },
        ...environments({ variables: { limit: own } }),
      }),
    );
    expect(reasons(before ?? {}, JSON.parse(JSON.stringify(after)))).toEqual([
      "`environments.production.variables.limit` is written otherwise; every plan that was tried is the same",
    ]);
  });

  it("of a refused input says where it was tried and with what, and no value", () => {
    const secretly = (input: string) =>
      one(input, {
        variables: { mode: { type: "enum", enum: ["hunter2"] }, limit: { type: "integer", required: true } },
        ...environments({}),
      });
    const [, refused = ""] = reasons(secretly("{{ limit }}"), secretly("{{ limit | upper }}"));
    expect(refused).toBe(
      "What gave a plan is refused where no environment is chosen, with nothing but what must be given: step `a` (filter_mismatch)",
    );
    const [, edge = ""] = reasons(secretly("{{ mode }}"), secretly("{{ mode | first }}"));
    expect(edge).toBe(
      "What gave a plan is refused where no environment is chosen, with `mode` at an edge of what it takes: step `a` (filter_mismatch)",
    );
    const largest = (more: object) => one("a", { variables: { n: { type: "integer", maximum: 5, ...more } } });
    expect(reasons(largest({}), largest({ maximum: 4 }))).toEqual([
      "Variable `n` takes fewer values: `maximum` goes from `5` to `4`",
    ]);
  });

  it("of a plan that a test shows to be another names the test", () => {
    const tested = (input: string) =>
      one(input, {
        variables: { version: { pattern: "^v[0-9]$" } },
        ...environments({}),
        tests: [{ name: "a release", environment: "production", variables: { version: "v1" } }],
      });
    expect(reasons(tested("{{ version }}"), tested("{{ version | first }}"))).toEqual([
      "Step `a` does something else",
      'What gave a plan is refused in environment `production`, with what the test "a release" gives: step `a` (filter_mismatch)',
    ]);
  });
});
