import { describe, expect, it } from "vitest";
import { BuilderTemplate, TemplateList } from "../answers.ts";
import { full, least, options, textItem, toolForms } from "../bodies.ts";
import { expectAnswer, expectAnswerOrRefusal } from "../expect-answer.ts";
import { isAfter } from "../instant.ts";
import { knownFieldsOf } from "../known-fields.ts";
import { builder, type Connect } from "./given.ts";

/** For each field of `full` another value, with the same keys inside: whether objects are merged or replaced is the same. */
const changes = {
  name: "Compat: renamed",
  description: "Another description.",
  instructions: "Answer at length.",
  model: "gpt-4.1-nano",
  input: [textItem("Only this.", "in_other")],
  metadata: { owner: "sales", "cost.centre": "43" },
  channels: { slack: false, email: true, inApp: true },
  maxToolCalls: options.maxToolCalls + 1,
  toolChoice: "required",
  historyPlan: { ...options.historyPlan, strategy: "window", enabled: false },
  conversationPolicy: { ...options.conversationPolicy, retention: "90d" },
};

const declarePartial = (connect: Connect): void => {
  it.each(Object.entries(changes))(
    "200: the bare template with another %s; what is not named stays",
    async (...change) => {
      const { given, update, list } = await builder(connect);
      const before = await given(full);
      const named = Object.fromEntries([change]);
      const after = expectAnswer(await update(before.id, named), 200, BuilderTemplate);
      expect(knownFieldsOf(after)).toEqual({ ...knownFieldsOf(before), ...named });
      const { templates } = expectAnswer(await list(), 200, TemplateList);
      expect(knownFieldsOf(templates.find(({ id }) => id === before.id) as BuilderTemplate)).toEqual(
        knownFieldsOf(after),
      );
    },
  );

  it("tools can be replaced, and deployments outlive changes", async () => {
    const { create, update, deploy } = await builder(connect);
    for (const tools of toolForms) {
      const before = expectAnswerOrRefusal(await create(least({ tools })), 201, BuilderTemplate);
      if (!before) continue;
      const body = { environment: "production", channel: "email", enabled: true };
      const deployed = expectAnswer(await deploy(before.id, body), 200, BuilderTemplate);
      const fewer = { builtin: tools.builtin.slice(0, 1), include: tools.include.slice(1) };
      const after = expectAnswer(await update(before.id, { tools: fewer }), 200, BuilderTemplate);
      expect(after.tools).toMatchObject(fewer);
      expect(after.deployments).toEqual(deployed.deployments);
    }
  });

  it("several fields at once; other templates stay as they are", async () => {
    const { given, update, list } = await builder(connect);
    const [mine, other] = [await given(full), await given(full)];
    const after = expectAnswer(await update(mine.id, changes), 200, BuilderTemplate);
    expect(knownFieldsOf(after)).toEqual({ ...knownFieldsOf(mine), ...changes });
    const { templates } = expectAnswer(await list(), 200, TemplateList);
    const untouched = templates.find(({ id }) => id === other.id) as BuilderTemplate;
    expect(knownFieldsOf(untouched)).toEqual(knownFieldsOf(other));
    expect(untouched.updatedAt).toBe(other.updatedAt);
  });

  it("a template sent back whole keeps its id and the time of its creation, if it is not refused", async () => {
    const { given, update } = await builder(connect);
    const before = await given(full);
    const whole = { ...before, createdAt: "2020-01-01T00:00:00.000Z", description: "Sent back." };
    const after = expectAnswerOrRefusal(await update(before.id, whole), 200, BuilderTemplate);
    if (after) expect(after).toMatchObject({ id: before.id, createdAt: before.createdAt, description: "Sent back." });
  });
};

const declareConcurrency = (connect: Connect): void => {
  it("updatedAt strictly increases with every PUT, and createdAt stays", async () => {
    const { given, update } = await builder(connect);
    let last = await given();
    for (let number = 1; number <= 10; number += 1) {
      const next = expectAnswer(await update(last.id, { description: `${number}` }), 200, BuilderTemplate);
      expect(isAfter(next.updatedAt, last.updatedAt)).toBe(true);
      expect(next.createdAt).toBe(last.createdAt);
      last = next;
    }
  });

  it("PUTs of different fields at once lose nothing", async () => {
    const { given, update, list } = await builder(connect);
    const before = await given(full);
    const answers = await Promise.all(
      Object.entries(changes).map(([field, value]) => update(before.id, { [field]: value })),
    );
    for (const answer of answers) expectAnswer(answer, 200, BuilderTemplate);
    const { templates } = expectAnswer(await list(), 200, TemplateList);
    expect(templates.find(({ id }) => id === before.id)).toMatchObject(changes);
  });
};

/** PUT /builder/templates/:id. */
export const declareUpdate = (connect: Connect): void => {
  describe("PUT /builder/templates/:id", () => {
    declarePartial(connect);
    declareConcurrency(connect);
  });
};
