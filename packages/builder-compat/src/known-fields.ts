import type { BuilderTemplate } from "./answers.ts";

const settings = [
  "name",
  "description",
  "instructions",
  "model",
  "input",
  "metadata",
  "channels",
  "tools",
  "maxToolCalls",
  "toolChoice",
  "historyPlan",
  "conversationPolicy",
  "deployments",
] as const;

/** What a template is, without what changes with every write and without fields that a server has added. */
export const knownFieldsOf = (template: BuilderTemplate): Readonly<Record<string, unknown>> =>
  Object.fromEntries(["id", "createdAt", ...settings].map((field) => [field, template[field]]));

/** Whether a template is deployed: environments and channels that are not named are off. */
export const isDeployed = ({ deployments }: BuilderTemplate, environment: Environment, channel: Channel): boolean =>
  deployments[environment]?.[channel] ?? false;

export const environments = ["development", "staging", "production"] as const;
export type Environment = (typeof environments)[number];
export const channels = ["slack", "email", "inApp"] as const;
export type Channel = (typeof channels)[number];
