import { describe, expect, it } from "vitest";
import type { BuilderTemplate } from "./answers.ts";
import { channels, environments, isDeployed, knownFieldsOf } from "./known-fields.ts";

const template = (change: object) => ({ id: "tmpl_1", deployments: {}, ...change }) as BuilderTemplate;

describe("knownFieldsOf", () => {
  it("differs where a setting differs, and not where a server has added something", () => {
    const fields = knownFieldsOf(template({ name: "a", tools: {} }));
    expect(knownFieldsOf(template({ name: "a", tools: {}, updatedAt: "later", revision: 7 }))).toEqual(fields);
    expect(knownFieldsOf(template({ name: "b", tools: {} }))).not.toEqual(fields);
    expect(knownFieldsOf(template({ name: "a", tools: { builtin: [] } }))).not.toEqual(fields);
    expect(knownFieldsOf(template({ name: "a", tools: {}, createdAt: "later" }))).not.toEqual(fields);
  });
});

describe("isDeployed", () => {
  it("is true for exactly the flags that are on", () => {
    const deployed = template({ deployments: { staging: { slack: true, email: false }, production: { inApp: true } } });
    const on = environments.flatMap((environment) =>
      channels.filter((channel) => isDeployed(deployed, environment, channel)).map((channel) => [environment, channel]),
    );
    expect(on).toEqual([
      ["staging", "slack"],
      ["production", "inApp"],
    ]);
  });
});
