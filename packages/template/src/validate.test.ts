import { describe, expect, it } from "vitest";
import { validateTemplate } from "./index.ts";

type Given = Record<string, unknown>;

const step = (id: string, more: Given = {}) => ({ id, agentId: "worker", ...more });

/** A template with steps inline. */
const inline = (steps: unknown, content: Given = {}, more: Given = {}): Given => ({
  templateId: "t",
  name: "T",
  version: "1.0.0",
  content: { kind: "workflow", steps, ...content },
  ...more,
});

/** The same with its steps in a file. */
const inFile = (text: string, more: Given = {}): Given => ({
  templateId: "t",
  name: "T",
  version: "1.0.0",
  content: { versionFile: "versions/1.0.0.json" },
  files: [
    { path: "a.md", content: "x" },
    { path: "versions/1.0.0.json", content: text },
  ],
  ...more,
});

const promptWith = (content: Given): Given => ({
  templateId: "t",
  name: "T",
  version: "1.0.0",
  content: { kind: "prompt", instructions: "Do.", input: [{ type: "input_text", text: "x" }], ...content },
});

const errors = (input: unknown) => validateTemplate(input).errors.map(({ path, code }) => `${path} ${code}`);
const warnings = (input: unknown) => validateTemplate(input).warnings.map(({ path, code }) => `${path} ${code}`);
const fixes = (input: unknown) => validateTemplate(input).errors.map(({ fix }) => fix);

describe("both dialects", () => {
  it("are valid: steps inline or in a file, with a kind or without, with declared variables or without", () => {
    const old = {
      steps: [step("ingest"), step("brief", { inputs: { a: "{{ anything }}", b: "{{ steps.ingest.outputs.x }}" } })],
    };
    expect(errors(inFile(JSON.stringify({ ...old, metadata: { runtime: { queue: "batch" } } })))).toEqual([]);
    expect(errors(inline(old.steps, { kind: undefined }))).toEqual([]);
    expect(errors(promptWith({ kind: undefined }))).toEqual([]);
    expect(errors(promptWith({}))).toEqual([]);
  });

  it("keep what nobody knows of, and warn of it at the top", () => {
    const judged = validateTemplate(inline([step("a", { retries: 3 })], { later: 1 }, { catgory: "x", $schema: "s" }));
    expect(judged).toMatchObject({
      valid: true,
      manifest: { catgory: "x", content: { later: 1, steps: [{ retries: 3 }] } },
      warnings: [{ path: "$.catgory", code: "unknown_key", fix: "category" }],
    });
  });
});

describe("the place of the steps", () => {
  it("is named, and is there, and is only one", () => {
    expect(errors(inline(undefined))).toEqual(["$.content.versionFile steps_missing"]);
    expect(errors(inFile("", { files: undefined }))).toEqual(["$.content.versionFile version_file_missing"]);
    expect(errors(inline([step("a")], { versionFile: "v.json" }))).toEqual(["$.content.steps steps_twice"]);
    expect(errors(inline(undefined, { versionFile: 7 }))).toEqual(["$.content.versionFile invalid_type"]);
  });

  it("holds JSON of the right form, and paths lead into the file", () => {
    expect(errors(inFile("{"))).toEqual(["$.files[1].content version_file_not_json"]);
    expect(errors(inFile("[]"))).toEqual(["$.files[1].content invalid_type"]);
    expect(errors(inFile("{}"))).toEqual(["$.files[1].content.steps required"]);
    expect(errors(inFile('{"steps":[{"id":"a b","agentId":"x"}]}'))).toEqual([
      "$.files[1].content.steps[0].id invalid_format",
    ]);
    expect(validateTemplate(inFile("{}")).errors[0]?.field).toBe("files.1.content.steps");
    const base64 = { path: "versions/1.0.0.json", content: Buffer.from("{}").toString("base64"), encoding: "base64" };
    expect(errors(inFile("", { files: [base64] }))).toEqual(["$.files[0].content.steps required"]);
  });

  it("nests no deeper than a request may", () => {
    const nested = (depth: number) =>
      inFile(`{"steps":[{"id":"a","agentId":"x","inputs":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}]}`);
    expect(errors(nested(60))).toEqual([]);
    expect(errors(nested(61))).toEqual(["$.files[1].content version_file_too_deep"]);
    expect(errors(nested(60_000))).toEqual(["$.files[1].content version_file_too_deep"]);
  });
});

describe("steps", () => {
  it("have ids of their own", () => {
    expect(errors(inline([step("a"), step("b"), step("a")]))).toEqual(["$.content.steps[2].id duplicate"]);
  });

  it("depend on steps that are there, and the nearest name is suggested", () => {
    const steps = [step("collect"), step("write", { dependsOn: ["colect"] })];
    expect(errors(inline(steps))).toEqual(["$.content.steps[1].dependsOn[0] step_unknown"]);
    expect(fixes(inline(steps))).toEqual(["collect"]);
  });

  it("do not wait for themselves: each way around is told once", () => {
    const around = [
      step("a", { dependsOn: ["c"] }),
      step("b", { dependsOn: ["a"] }),
      step("c", { dependsOn: ["b"] }),
      step("d", { dependsOn: ["d", "a"] }),
    ];
    expect(validateTemplate(inline(around)).errors.map(({ path, code, message }) => [path, code, message])).toEqual([
      ["$.content.steps[0].dependsOn", "steps_cycle", "Steps wait for each other: a → c → b → a"],
      ["$.content.steps[3].dependsOn", "steps_cycle", "Steps wait for each other: d → d"],
    ]);
  });

  it("use outputs of steps before them only, by dependsOn, directly or through others", () => {
    const use = (name: string) => ({ inputs: { deep: [{ text: `See {{ ${name} }}.` }] } });
    const steps = (name: string) => [
      step("a"),
      step("b", { dependsOn: ["a"] }),
      step("c", { dependsOn: ["b"], ...use(name) }),
      step("d", { dependsOn: ["c"] }),
      step("e"),
    ];
    const at = "$.content.steps[2].inputs.deep[0].text";
    expect(errors(inline(steps("steps.a.outputs.x")))).toEqual([]);
    expect(errors(inline(steps("steps.b.outputs.x.y")))).toEqual([]);
    for (const later of ["c", "d", "e"]) {
      expect(errors(inline(steps(`steps.${later}.outputs.x`)))).toEqual([`${at} step_not_before`]);
    }
    expect(errors(inline(steps("steps.z.outputs.x")))).toEqual([`${at} step_unknown`]);
    for (const odd of ["steps.a", "steps.a.outputs", "steps.a.outputs.", "steps.a.inputs.x", "steps."]) {
      expect(errors(inline(steps(odd)))).toEqual([`${at} reference_unreadable`]);
    }
  });

  it("run in the order of the list where none says what it depends on", () => {
    const use = (id: string) => ({ inputs: { a: `{{ steps.${id}.outputs.x }}` } });
    expect(errors(inline([step("a"), step("b"), step("c", use("a"))]))).toEqual([]);
    expect(errors(inline([step("a", use("b")), step("b")]))).toEqual(["$.content.steps[0].inputs.a step_not_before"]);
  });

  it("are told of their form and of their graph at once", () => {
    const steps = [{ id: 1 }, step("b", { dependsOn: ["x"] }), "c", step("d", { dependsOn: "b" })];
    expect(errors(inline(steps)).sort()).toEqual([
      "$.content.steps[0].agentId required",
      "$.content.steps[0].id invalid_type",
      "$.content.steps[1].dependsOn[0] step_unknown",
      "$.content.steps[2] invalid_type",
      "$.content.steps[3].dependsOn invalid_type",
    ]);
  });

  it("are at most 200; of more nothing else is told", () => {
    const steps = (count: number) =>
      Array.from({ length: count }, (_, index) => step(`s${index}`, { dependsOn: [`s${index}`] }));
    expect(errors(inline(steps(201)))).toEqual(["$.content.steps too_big"]);
    expect(errors(inline(steps(200)))).toHaveLength(200);
  });
});

describe("variables", () => {
  const declared = { variables: { topic: { type: "string" }, key: { type: "secret" } } };

  it("are declared if any is", () => {
    const steps = [
      step("a", { inputs: { x: "{{ topic }}", k: "{{ key }}", y: "{{ topik }}", z: "{{topic}} {{other}}" } }),
    ];
    expect(errors(inline(steps, declared))).toEqual([
      "$.content.steps[0].inputs.y variable_undeclared",
      "$.content.steps[0].inputs.z variable_undeclared",
    ]);
    expect(fixes(inline(steps, declared))).toEqual(["topic", undefined]);
    expect(errors(inline(steps))).toEqual([]);
    expect(errors(inline(steps, { variables: {} }))).toHaveLength(5);
  });

  it("are declared for prompts, too: in instructions and texts", () => {
    const content = {
      instructions: "{{ topic }} {{ a }}",
      input: [
        { type: "input_file", file_id: "{{ b }}" },
        { type: "input_text", text: "{{ c }}" },
      ],
    };
    expect(errors(promptWith({ ...content, variables: { topic: {} } }))).toEqual([
      "$.content.instructions variable_undeclared",
      "$.content.input[1].text variable_undeclared",
    ]);
    expect(errors(promptWith(content))).toEqual([]);
  });

  it("that nothing uses are warned of", () => {
    const steps = [step("a", { inputs: { k: "{{ key }}" } })];
    expect(warnings(inline(steps, declared))).toEqual(["$.content.variables.topic variable_unused"]);
    expect(warnings(inline(undefined, declared))).toEqual([]);
  });

  it("called like what every object has are not taken for declared", () => {
    const steps = [step("a", { inputs: { x: "{{ constructor }}" } })];
    expect(errors(inline(steps, { variables: {} }))).toEqual(["$.content.steps[0].inputs.x variable_undeclared"]);
  });

  it("that are secret have no default and never stand inside text", () => {
    const steps = [step("a", { inputs: { alone: " {{ key }} ", inside: "Bearer {{ key }}" } })];
    const variables = { key: { type: "secret", default: "x" } };
    expect(errors(inline(steps, { variables }))).toEqual([
      "$.content.variables.key.default secret_default",
      "$.content.steps[0].inputs.inside secret_in_text",
    ]);
  });

  it("are not called like outputs of steps", () => {
    expect(errors(inline([step("a")], { variables: { "steps.x": {} } }))).toEqual([
      '$.content.variables["steps.x"] invalid_key',
    ]);
  });
});

describe("the rest", () => {
  it("is held against its schema: ids, tags, category, license, files", () => {
    const given = inline(
      [step("a")],
      {},
      {
        templateId: "validate",
        name: "  ",
        tags: Array.from({ length: 11 }, (_, index) => `t${index}`),
        category: "A",
        license: "",
        files: [
          { path: "../x", content: "" },
          { path: "a", content: "!", encoding: "base64" },
          { path: "a", content: "" },
        ],
      },
    );
    expect(errors(given).sort()).toEqual([
      "$.category invalid_format",
      "$.files[0].path invalid_format",
      "$.files[1].content not_base64",
      "$.files[2].path duplicate",
      "$.license too_small",
      "$.name invalid_format",
      "$.tags too_big",
      "$.templateId reserved",
    ]);
  });

  it("names the agents that steps use", () => {
    const given = inline(
      [step("a"), step("b", { agentId: "other" })],
      {},
      { metadata: { agents: ["worker", "idle"] } },
    );
    expect(warnings(given)).toEqual(["$.metadata.agents agents_disagree", "$.metadata.agents[1] agents_disagree"]);
  });

  it("is told up to 200 problems one by one", () => {
    const inputs = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`i${index}`, "{{ nope }}"]));
    const { errors: found } = validateTemplate(inline([step("a", { inputs })], { variables: {} }));
    expect(found).toHaveLength(201);
    expect(found.at(-1)?.code).toBe("more_findings");
  });
});

describe("expressions", () => {
  const variables = { who: { type: "object" }, token: { type: "secret" }, "a.b": {} };
  const at = (input: string, more: Given = {}) =>
    inline([step("a"), step("b", { inputs: { x: input } })], { variables, ...more });
  const path = "$.content.steps[1].inputs.x";

  it.each([
    ["{{ who.name | upper }}{{ a.b }}", []],
    ["{{ what.name }}", [`${path} variable_undeclared`]],
    ["{{ token }}", []],
    ["{{ token.part | json }}", [`${path} secret_filtered`]],
    ["x {{ token }}", [`${path} secret_in_text`]],
    ["{{ who | uper }}", [`${path} filter_invalid`]],
    ["{{ steps.a.outputs.x | upper }}", [`${path} filter_on_output`]],
    [`{{ who ${"| json ".repeat(11)} }}`, [`${path} too_many_filters`]],
  ])("%s", (input, expected) => {
    expect(errors(at(input))).toEqual(expected);
  });

  it("that nobody can read stay as they are, with a warning", () => {
    expect(warnings(at("{{ who | }} {{ a.b }} {{ token }}"))).toContain(`${path} expression_unreadable`);
  });

  it("of the goal count as uses", () => {
    const judged = at("{{ token }}{{ a.b }}", { goal: "{{ who.name }} {{ nobody }}" });
    expect(errors(judged)).toContain("$.content.goal variable_undeclared");
    expect(warnings(judged)).toEqual([]);
  });

  it("are names only in prompts, as the builder has it", () => {
    const prompt = promptWith({ instructions: "{{ a }} {{ b | upper }}", variables: { a: {} } });
    expect(errors(prompt)).toEqual([]);
  });
});

describe("environments and dependencies", () => {
  it("are held against the variables and the ranges", () => {
    const content = {
      variables: { n: { type: "integer" } },
      environments: { a: { variables: { n: "1", m: 1 }, agents: { x: "one" } } },
      dependencies: { agents: { x: "^1.0.0", y: "newest" }, templates: { z: "1 to 2" } },
    };
    expect(errors(inline([step("a", { inputs: { x: "{{ n }}" } })], content))).toEqual([
      "$.content.environments.a.variables.n wrong_type",
      "$.content.environments.a.variables.m variable_undeclared",
      "$.content.environments.a.agents.x range_invalid",
      "$.content.dependencies.agents.y range_invalid",
      "$.content.dependencies.templates.z range_invalid",
    ]);
  });

  it("that break their schema are told of once", () => {
    expect(errors(inline([step("a")], { environments: { A: {} } }))).toHaveLength(1);
  });
});

describe("tests of a template", () => {
  it("name environments that are there, paths that can be followed, and each other apart", () => {
    const plan = [
      { path: "$..a..b", exists: true },
      { path: "$.goal", matches: "(?=a)" },
    ];
    const tests = [{ name: "a", environment: "prod", plan }, { name: "a" }, { name: 5 }];
    expect(errors(inline([step("a")], { environments: { production: {} }, tests }))).toEqual([
      "$.content.tests[2].name invalid_type",
      "$.content.tests[1].name duplicate",
      "$.content.tests[0].environment environment_unknown",
      "$.content.tests[0].plan[0].path path_invalid",
      "$.content.tests[0].plan[1].matches pattern_invalid",
    ]);
  });
});
