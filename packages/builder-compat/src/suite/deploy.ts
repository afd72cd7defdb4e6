import { describe, expect, it } from "vitest";
import { BuilderTemplate } from "../answers.ts";
import { full } from "../bodies.ts";
import { expectAnswer, expectInvalid } from "../expect-answer.ts";
import { isAfter } from "../instant.ts";
import { channels, type Environment, environments, isDeployed, knownFieldsOf } from "../known-fields.ts";
import { builder, type Connect } from "./given.ts";

const each = environments.flatMap((environment) => channels.map((channel) => ({ environment, channel })));

/** What the deployments of the other environments say. */
const elsewhere = (template: BuilderTemplate, environment: Environment) =>
  each
    .filter((target) => target.environment !== environment)
    .map((target) => isDeployed(template, target.environment, target.channel));

const declareSwitching = (connect: Connect): void => {
  it.each(each)("200: $channel in $environment goes on and off; other environments stay", async (target) => {
    const { given, deploy } = await builder(connect);
    const before = await given(full);
    const on = expectAnswer(await deploy(before.id, { ...target, enabled: true }), 200, BuilderTemplate);
    expect(isDeployed(on, target.environment, target.channel)).toBe(true);
    expect(elsewhere(on, target.environment)).toEqual(elsewhere(before, target.environment));
    const off = expectAnswer(await deploy(before.id, { ...target, enabled: false }), 200, BuilderTemplate);
    expect(isDeployed(off, target.environment, target.channel)).toBe(false);
    expect(elsewhere(off, target.environment)).toEqual(elsewhere(before, target.environment));
  });

  it("deployments add up: every channel of every environment, one after the other and at once", async () => {
    const { given, deploy } = await builder(connect);
    const { id } = await given();
    const lit = (template: BuilderTemplate) =>
      each.filter(({ environment, channel }) => isDeployed(template, environment, channel));
    let last = await given();
    for (const target of each) {
      last = expectAnswer(await deploy(last.id, { ...target, enabled: true }), 200, BuilderTemplate);
    }
    expect(lit(last)).toEqual(each);
    await Promise.all(each.map((target) => deploy(id, { ...target, enabled: true })));
    const again = await deploy(id, { environment: "staging", channel: "slack", enabled: true });
    expect(lit(expectAnswer(again, 200, BuilderTemplate))).toEqual(each);
  });
};

/** POST /builder/templates/:id/deploy. */
export const declareDeploy = (connect: Connect): void => {
  describe("POST /builder/templates/:id/deploy", () => {
    declareSwitching(connect);

    it("changes nothing but deployments, and updatedAt never goes back", async () => {
      const { given, deploy } = await builder(connect);
      const before = await given(full);
      const body = { environment: "production", channel: "inApp", enabled: true };
      const after = expectAnswer(await deploy(before.id, body), 200, BuilderTemplate);
      expect({ ...knownFieldsOf(after), deployments: before.deployments }).toEqual(knownFieldsOf(before));
      expect(isAfter(before.updatedAt, after.updatedAt)).toBe(false);
    });

    it.each([{ environment: "moon" }, { channel: "fax" }, { enabled: "yes" }])(
      "400 names what is wrong: %j",
      async (wrong) => {
        const { given, deploy } = await builder(connect);
        const { id } = await given();
        const right = { environment: "staging", channel: "slack", enabled: true };
        expectInvalid(await deploy(id, { ...right, ...wrong }), Object.keys(wrong));
        expectInvalid(await deploy(id, {}), Object.keys(right));
      },
    );
  });
};
