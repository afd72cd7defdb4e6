import {
  type CompiledTemplate,
  type CompileOrder,
  NewBuilderTemplate,
  type PromptInput,
  type TemplateVersionDocument,
} from "@nofx/contract-marketplace";
import { fillPlaceholders, placeholders } from "../reference.ts";

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
