import type { BuilderTemplate, BuilderTemplateUpdate, NewBuilderTemplate } from "@nofx/contract-marketplace";
import { identified, type Prompt, safetyIdentifier, variablesOf } from "@nofx/template";
import { leastVersion } from "@nofx/versioning";

/** The variables that a prompt asks for and that have no value. */
export const missingVariables = (prompt: Prompt, variables: Readonly<Record<string, string>>): string[] =>
  variablesOf(prompt).filter((name) => !Object.hasOwn(variables, name));

/** The first state of a prompt. */
export const newPrompt = (order: NewBuilderTemplate): Prompt => ({
  ...order,
  input: identified(order.input),
  safetyIdentifier: safetyIdentifier(order.name),
});

/**
 * Where a publisher has declared the variables, those that the builder brings are declared, too: publishing refuses a
 * version that uses others, and what stands here must be good for another instance.
 */
const declaringAll = (prompt: Prompt): Prompt => {
  const { variables } = prompt as { variables?: Readonly<Record<string, unknown>> };
  if (variables === undefined) return prompt;
  const fresh = variablesOf(prompt).filter((name) => !Object.hasOwn(variables, name));
  return fresh.length === 0
    ? prompt
    : ({ ...prompt, variables: { ...variables, ...Object.fromEntries(fresh.map((name) => [name, {}])) } } as Prompt);
};

const nullable = ["maxToolCalls", "toolChoice", "historyPlan", "conversationPolicy"] as const;

/** A prompt after an update: what is not named stays, `null` takes away, channels are set one by one. */
export const updatedPrompt = (before: Prompt, { channels, input, ...rest }: BuilderTemplateUpdate): Prompt => {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const after = {
    ...before,
    ...given,
    channels: { ...before.channels, ...channels },
    input: input ? identified(input) : before.input,
  };
  for (const key of nullable) if (after[key] === null) delete after[key];
  return declaringAll(after as Prompt);
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What a model is asked besides the words themselves. */
const behaviour = ({ model, tools, toolChoice, maxToolCalls, historyPlan, conversationPolicy, input }: Prompt) => [
  ...[model, tools, toolChoice, maxToolCalls, historyPlan, conversationPolicy],
  input.map((part) => (part.type === "input_text" ? part.type : part)),
];

/**
 * The version of a prompt's next state. A variable that is new makes a major step: callers that give no value for it get
 * an error. One that is gone, another model or other tools make a minor one, everything else a patch.
 */
export const nextVersion = (version: string, before: Prompt, after: Prompt): string => {
  const [known, asked] = [new Set(variablesOf(before)), new Set(variablesOf(after))];
  if (!asked.isSubsetOf(known)) return leastVersion(version, "major");
  const isMinor = !known.isSubsetOf(asked) || !isSame(behaviour(before), behaviour(after));
  return leastVersion(version, isMinor ? "minor" : "patch");
};

/** Environment → channel → whether it is on. */
export const deploymentsOf = (
  rows: readonly { readonly environment: string; readonly channel: string; readonly enabled: boolean }[],
): BuilderTemplate["deployments"] => {
  const deployments: Record<string, Record<string, boolean>> = {};
  for (const { environment, channel, enabled } of rows) {
    deployments[environment] = { ...deployments[environment], [channel]: enabled };
  }
  return deployments;
};
