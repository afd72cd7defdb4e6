import { describe, expect, it } from "vitest";
import { Compiled } from "../answers.ts";
import { compileBody, everyInput, full, options, textItem } from "../bodies.ts";
import { textOf } from "../content-text.ts";
import { expectAnswer, expectAnswerOrRefusal, expectNoFault } from "../expect-answer.ts";
import { builder, type Connect } from "./given.ts";

/** Compiles a template whose instructions and input text both are this text; answers what became of each. */
const compileText = async (connect: Connect, text: string, variables: Readonly<Record<string, string>>) => {
  const { given, compile } = await builder(connect);
  const { id } = await given({ instructions: text, input: [textItem(text)] });
  const answer = await compile(id, compileBody(variables));
  const compiled = expectAnswerOrRefusal(answer, 200, Compiled);
  return compiled && { instructions: compiled.request.instructions, input: textOf(compiled.request.input) };
};

const expectCompiled = async (connect: Connect, text: string, variables: Record<string, string>, expected: string) => {
  const compiled = await compileText(connect, text, variables);
  expect(compiled?.instructions).toBe(expected);
  expect(compiled?.input).toContain(expected);
};

const names = ["name", "first_name", "user.name", "user-name", "A.b_C-9", "_", "0", "steps.ingest.outputs"];
const values = [
  "$&",
  "$1 $$ $` $'",
  "{{ other }}",
  "{{other}} and {{ x }}",
  "}}{{",
  "",
  "two\nlines",
  'ü 🙂 \\ "q" <b>',
];
const literals = ["{{ two words }}", "{{}}", "{{ ä }}", "{{ a$b }}", "{ x }", '{"x": 1}', "{{ x", "x }}"];

const declareVariables = (connect: Connect): void => {
  it.each(names)("the variable %s is put into instructions and input texts", (name) =>
    expectCompiled(connect, `<{{ ${name} }}>`, { [name]: "Ada" }, "<Ada>"),
  );

  it("spaces inside the braces do not matter, and each occurrence is filled", () =>
    expectCompiled(connect, "<{{x}}> <{{ x }}> <{{   x }}> {{x}}{{y}}", { x: "1", y: "2" }, "<1> <1> <1> 12"));

  it.each(values)("the value %j is taken as it is, and not expanded again", (value) =>
    expectCompiled(connect, "<{{ x }}|{{ other }}>", { x: value, other: "O" }, `<${value}|O>`),
  );

  it.each(literals)("%j is no variable and stays", (text) =>
    expectCompiled(connect, `<${text}|{{ y }}>`, { x: "1", y: "2" }, `<${text}|2>`),
  );

  it.each([
    ["no value", {}, /^<.*>$/],
    ["a value for another name only", { y: "1" }, /^<.*>$/],
    ["one value too many", { x: "1", y: "2" }, /^<1>$/],
  ] as const)("a variable with %s is compiled or refused", async (_, variables, expected) => {
    const compiled = await compileText(connect, "<{{ x }}>", variables);
    if (compiled) expect(compiled.instructions).toMatch(expected);
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "{{ %s }} means a variable only",
    async (name) => {
      const compiled = await compileText(connect, `<{{ ${name} }}>`, {});
      expect(`${compiled?.instructions}`).not.toMatch(/function|native|\[object/);
    },
  );
};

const declareRequest = (connect: Connect): void => {
  it("200: tenant, model, metadata and options of the template; absent options stay absent", async () => {
    const { given, compile } = await builder(connect);
    const template = await given(full);
    const body = { ...compileBody(), tenantId: "tenant-of-the-caller", metadata: { campaign: "spring" } };
    const compiled = expectAnswer(await compile(template.id, body), 200, Compiled);
    expect(compiled).toMatchObject({ tenantId: "tenant-of-the-caller", ...options });
    expect(compiled.request).toMatchObject({ model: full.model, instructions: full.instructions });
    expect(compiled.request.metadata).toMatchObject({
      template_id: template.id,
      template_name: template.name,
      safety_identifier: template.safetyIdentifier,
    });
    expect({ ...compiled.metadata, ...compiled.request.metadata }).toMatchObject({
      ...full.metadata,
      campaign: "spring",
    });
    const { id } = await given();
    const bare = expectAnswer(await compile(id, compileBody()), 200, Compiled);
    expect(bare).not.toHaveProperty("maxToolCalls");
  });

  it("the content holds every input item, in order", async () => {
    const { given, compile } = await builder(connect);
    const { id } = await given({ input: everyInput });
    const { request } = expectAnswer(await compile(id, compileBody()), 200, Compiled);
    const said = textOf(request.input);
    const places = everyInput.map((item) =>
      said.indexOf(Object.entries(item).findLast(([key]) => /^(text|image_url|file_id|audio)$/.test(key))?.[1] ?? "?"),
    );
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("metadata of the call cannot pretend to be another template, if it is not refused", async () => {
    const { given, compile } = await builder(connect);
    const { id } = await given();
    const answer = await compile(id, { ...compileBody(), metadata: { template_id: "forged" } });
    const compiled = expectAnswerOrRefusal(answer, 200, Compiled);
    if (compiled) expect(compiled.request.metadata.template_id).toBe(id);
  });

  it.each(["tenantId", "variables"])("a body without %s is completed or refused", async (field) => {
    const { given, compile, run } = await builder(connect);
    const { id } = await given({ instructions: "<{{ x }}>" });
    const body = Object.fromEntries(Object.entries(compileBody()).filter(([key]) => key !== field));
    expectAnswerOrRefusal(await compile(id, body), 200, Compiled);
    expectNoFault(await run(id, body));
  });
};

/** POST /builder/templates/:id/compile. */
export const declareCompile = (connect: Connect): void => {
  describe("POST /builder/templates/:id/compile", () => {
    declareVariables(connect);
    declareRequest(connect);
  });
};
