import { canonicalForm } from "@nofx/canonical";
import type { RenderedPlan } from "@nofx/contract-marketplace";
import type { ResolvedEnvironment } from "../environments/environment.ts";
import { variableOf } from "../expressions/expression.ts";
import { placeholders } from "../reference.ts";
import { declaredVariables } from "../render/declared-variables.ts";
import { planOrigin, type Rendering } from "../render/render-workflow.ts";
import { planCharactersMax } from "../render/scope.ts";
import type { VersionToPlan } from "../resolve/requirements.ts";
import type { Declared } from "../variables/declared.ts";
import { type GivenValues, resolveVariables } from "../variables/resolve-variables.ts";
import { compilePrompt, type Prompt, promptOf, variablesOf } from "./prompt.ts";

/** What a prompt is rendered from. */
export interface PromptOrder extends VersionToPlan {
  readonly digest: string;
  readonly environment: ResolvedEnvironment | undefined;
  readonly variables: GivenValues;
}

/** Without a declaration, a prompt takes a text for each name that it uses. */
const declaredBy = (content: Readonly<Record<string, unknown>>, asked: readonly string[]): Declared =>
  content.variables === undefined
    ? Object.fromEntries(asked.map((name) => [name, { type: "string", required: true }]))
    : declaredVariables(content, []);

const memberOf = (value: unknown, key: string | number): unknown => {
  if (value === null || typeof value !== "object") return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
};

/** The texts that stand for what a prompt asks for. What has no value is empty, and what is no text is canonical JSON. */
const textsFor = (
  asked: readonly string[],
  declared: Declared,
  values: ReadonlyMap<string, unknown>,
): Record<string, string> =>
  Object.fromEntries(
    asked.map((name) => {
      const path = variableOf(name, (variable) => Object.hasOwn(declared, variable));
      const value = path?.members.reduce(memberOf, values.get(path.variable));
      if (value === undefined) return [name, ""];
      return [name, typeof value === "string" ? value : canonicalForm(value)];
    }),
  );

/** How many characters are put in: a short prompt could ask for a long value many times. */
const charactersPutIn = ({ instructions, input }: Prompt, texts: Readonly<Record<string, string>>): number =>
  [instructions, ...input.flatMap((part) => (part.type === "input_text" ? [part.text] : []))]
    .flatMap(placeholders)
    .reduce((sum, name) => sum + (texts[name]?.length ?? 0), 0);

const tooLarge: Rendering = {
  ok: false,
  errors: [
    {
      path: "$",
      code: "plan_too_large",
      message: `The plan would have more than ${planCharactersMax} characters; give shorter values`,
    },
  ],
  warnings: [],
};

/** Renders a prompt: what the builder compiles, with declared variables of any type and an environment's values. */
export const renderPrompt = (order: PromptOrder): Rendering => {
  const { tenant, document, environment } = order;
  const prompt = promptOf(document);
  const asked = variablesOf(prompt);
  const declared = declaredBy(document.content, asked);
  const resolved = resolveVariables(declared, { ...environment?.variables, ...order.variables });
  if (!resolved.ok) return resolved;
  const variables = textsFor(asked, declared, resolved.values);
  if (charactersPutIn(prompt, variables) > planCharactersMax) return tooLarge;
  const compiled = compilePrompt(document.templateId, prompt, { tenantId: tenant, variables });
  const { tenantId: _whose, metadata: _inRequest, request, ...besides } = compiled;
  const plan: RenderedPlan = {
    ...planOrigin(order, "prompt", environment),
    steps: [],
    request: { ...request, ...besides },
    variables: Object.fromEntries(resolved.values),
  };
  return { ok: true, plan, warnings: resolved.warnings };
};
