import {
  type BuilderTemplate,
  type BuilderTemplateUpdate,
  type CompiledTemplate,
  type CompileOrder,
  NewBuilderTemplate,
  type PromptInput,
  type TemplateVersionDocument,
} from "@nofx/contract-marketplace";
import { fillPlaceholders, placeholders } from "@nofx/template";
import { leastVersion } from "@nofx/versioning";

/** What a version of a prompt is: everything about it that a reader can see and that does not change. */
export interface Prompt extends NewBuilderTemplate {
  readonly safetyIdentifier: string;
  /** What another builder had kept of it and nobody here knows of. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A version's document as far as the builder goes: what its publisher has left out is as in a new prompt. */
export const promptOf = ({ name, description = "", content }: TemplateVersionDocument): Prompt => {
  const { kind: _kind, ...given } = content;
  const { safetyIdentifier: own, ...prompt } = given as Partial<Prompt>;
  const whole = NewBuilderTemplate.parse({ ...prompt, name, description });
  const known = { ...whole, input: identified(whole.input) };
  return { ...prompt, ...known, safetyIdentifier: own ?? safetyIdentifier(whole.name) };
};

const textsOf = ({ instructions, input }: Pick<Prompt, "instructions" | "input">): string[] => [
  instructions,
  ...input.flatMap((part) => (part.type === "input_text" ? [part.text] : [])),
];

/** Names of the variables that a prompt asks for, each once, in order of appearance. */
export const variablesOf = (prompt: Pick<Prompt, "instructions" | "input">): string[] => [
  ...new Set(textsOf(prompt).flatMap(placeholders)),
];

const fill = (text: string, variables: Readonly<Record<string, string>>): string =>
  fillPlaceholders(text, (name) => variables[name] ?? "");

/** The variables that a prompt asks for and that have no value. */
export const missingVariables = (prompt: Prompt, variables: Readonly<Record<string, string>>): string[] =>
  variablesOf(prompt).filter((name) => !Object.hasOwn(variables, name));

const filledPart = ({ id: _id, ...part }: PromptInput, variables: Readonly<Record<string, string>>): PromptInput =>
  part.type === "input_text" ? { ...part, text: fill(part.text, variables) } : part;

/** A prompt with its variables put in. All of them must have a value. */
export const compilePrompt = (templateId: string, prompt: Prompt, order: CompileOrder): CompiledTemplate => {
  const { tenantId, variables } = order;
  const { maxToolCalls, toolChoice, historyPlan, conversationPolicy } = prompt;
  const metadata = {
    ...prompt.metadata,
    ...order.metadata,
    template_id: templateId,
    template_name: prompt.name,
    safety_identifier: prompt.safetyIdentifier,
  };
  return {
    tenantId,
    request: {
      model: prompt.model,
      input: [{ role: "user", content: prompt.input.map((part) => filledPart(part, variables)) }],
      instructions: fill(prompt.instructions, variables),
      metadata,
    },
    metadata,
    tools: prompt.tools,
    ...(maxToolCalls !== undefined && { maxToolCalls }),
    ...(toolChoice !== undefined && { toolChoice }),
    ...(historyPlan !== undefined && { historyPlan }),
    ...(conversationPolicy !== undefined && { conversationPolicy }),
  };
};

/** `focus-` and the name as lower-case words with hyphens, at most 48 characters of it. */
export const safetyIdentifier = (name: string): string => {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 48)
    .replace(/^-+|-+$/g, "");
  return `focus-${slug || "prompt"}`;
};

/** Gives the parts that have no id one by their place, which none of the others has. */
export const identified = (input: readonly PromptInput[]): PromptInput[] => {
  const taken = new Set(input.map(({ id }) => id));
  return input.map((part, index) => {
    let id = part.id ?? `input-${index + 1}`;
    while (part.id === undefined && taken.has(id)) id = `${id}-${index + 1}`;
    return { ...part, id };
  });
};

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
