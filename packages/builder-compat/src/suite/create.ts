import { describe, expect, it } from "vitest";
import { BuilderTemplate, Compiled, TemplateList } from "../answers.ts";
import { compileBody, everyInput, full, least, options, toolForms } from "../bodies.ts";
import { expectAnswer, expectAnswerOrRefusal } from "../expect-answer.ts";
import { channels, environments, isDeployed } from "../known-fields.ts";
import { builder, type Connect } from "./given.ts";

const declareDefaults = (connect: Connect): void => {
  it("201: the bare template, with every default", async () => {
    const { create } = await builder(connect);
    const template = expectAnswer(await create(least()), 201, BuilderTemplate);
    expect(template).toMatchObject(least());
    expect(template.model).toBe("gpt-4.1-mini");
    expect(template.channels).toMatchObject({ slack: false, email: false, inApp: true });
    expect(template.metadata).toEqual({});
    expect(template.tools.builtin ?? []).toEqual([]);
    expect(template.tools.include ?? []).toEqual([]);
    const deployed = environments.flatMap((environment) =>
      channels.filter((channel) => isDeployed(template, environment, channel)),
    );
    expect(deployed).toEqual([]);
  });

  it("every template has an id of its own, also of one body sent twice", async () => {
    const { given } = await builder(connect);
    expect((await given()).id).not.toBe((await given()).id);
  });

  it.each(["Weekly Review", "A & B: 100% (draft) / v2", "n".repeat(100), "Plan the week ahead, ".repeat(5)])(
    "safetyIdentifier is focus-<slug>, also of the name %j",
    async (name) => {
      const { given } = await builder(connect);
      expect((await given({ name })).safetyIdentifier).toMatch(/^focus-[a-z0-9-]{1,48}$/);
    },
  );

  it.each(["会議の準備", "Ünïcode 🙂", "---", "🙂🙂🙂"])(
    "a name without Latin letters is no fault: %j",
    async (name) => {
      const { create } = await builder(connect);
      expectAnswerOrRefusal(await create(least({ name })), 201, BuilderTemplate);
    },
  );

  it("input items without id or type, and channels that are named in part, are completed or refused", async () => {
    const { create } = await builder(connect);
    expectAnswerOrRefusal(await create(least({ input: [{ type: "input_text", text: "x" }] })), 201, BuilderTemplate);
    expectAnswerOrRefusal(await create(least({ input: [{ id: "in_1", text: "x" }] })), 201, BuilderTemplate);
    const partly = expectAnswerOrRefusal(await create(least({ channels: { slack: true } })), 201, BuilderTemplate);
    if (partly) expect(partly.channels).toMatchObject({ slack: true, email: false, inApp: true });
  });
};

const declareRoundTrips = (connect: Connect): void => {
  it("all that a template can be given comes back unchanged, then and in the list", async () => {
    const { create, list } = await builder(connect);
    const template = expectAnswer(await create(full), 201, BuilderTemplate);
    expect(template).toMatchObject(full);
    const { templates } = expectAnswer(await list(), 200, TemplateList);
    expect(templates.find(({ id }) => id === template.id)).toMatchObject(full);
  });

  it.each(everyInput)("input of type $type comes back with exactly its fields ($id)", async (item) => {
    const { given } = await builder(connect);
    expect((await given({ input: [item] })).input).toMatchObject([item]);
  });

  it.each(["auto", "none", "required"])("toolChoice %s comes back", async (toolChoice) => {
    const { given } = await builder(connect);
    expect((await given({ toolChoice })).toolChoice).toBe(toolChoice);
  });

  it.each(Object.entries(options))("%s comes back without the other options", async (field, value) => {
    const { given } = await builder(connect);
    expect((await given({ [field]: value }))[field]).toEqual(value);
  });

  it("all built-in tools and what to include come back unchanged and are compiled, in at least one form", async () => {
    const { create, compile } = await builder(connect);
    let accepted = 0;
    for (const tools of toolForms) {
      const template = expectAnswerOrRefusal(await create(least({ tools })), 201, BuilderTemplate);
      if (!template) continue;
      accepted += 1;
      expect(template.tools).toMatchObject(tools);
      const compiled = expectAnswer(await compile(template.id, compileBody()), 200, Compiled);
      expect(JSON.stringify(compiled.tools)).toContain("code_interpreter");
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it("a tool choice that names a tool is kept or refused", async () => {
    const { create } = await builder(connect);
    const toolChoice = { type: "file_search" };
    const template = expectAnswerOrRefusal(await create(least({ toolChoice })), 201, BuilderTemplate);
    if (template) expect(template.toolChoice).toEqual(toolChoice);
  });
};

/** POST /builder/templates. */
export const declareCreate = (connect: Connect): void => {
  describe("POST /builder/templates", () => {
    declareDefaults(connect);
    declareRoundTrips(connect);
  });
};
