import type { Finding } from "@nofx/contract-kit";
import { PromptContent, TemplateEnvironments, TemplateManifest, WorkflowContent } from "@nofx/contract-marketplace";
import {
  asArray,
  asObject,
  capped,
  duplicates,
  fileFindings,
  finding,
  issueFindings,
  known,
  under,
  unknownKeys,
} from "@nofx/document";
import { kindOf } from "./document.ts";
import { environmentFindings, variablesFor } from "./environments/environment-findings.ts";
import { findSteps } from "./find-steps.ts";
import { promptReferences } from "./implied-variables.ts";
import { type Reference, referencesIn } from "./reference.ts";
import { readDependencies } from "./resolve/read-dependencies.ts";
import { testFindings } from "./testing/test-findings.ts";
import { filterFindings, unreadableWarnings } from "./validate-expressions.ts";
import { agentsOf, inputReferences, stepFindings, variableReferences } from "./validate-steps.ts";
import { declaredFindings, unusedWarnings, usageFindings } from "./validate-variables.ts";
import { metered, TooMuchToCheck } from "./variables/check-meter.ts";

/** The verdict on a template: usable with warnings, or the errors that prevent publishing. */
export type TemplateValidation =
  | {
      readonly valid: true;
      readonly manifest: TemplateManifest;
      readonly errors: readonly [];
      readonly warnings: Finding[];
    }
  | { readonly valid: false; readonly errors: Finding[]; readonly warnings: Finding[] };

/** By kind, so that what is wrong is told of the content that the author meant. */
const schemas = {
  workflow: TemplateManifest.extend({ content: WorkflowContent }),
  prompt: TemplateManifest.extend({ content: PromptContent }),
};

const reservedIds = new Set([
  "publish",
  "validate",
  "import",
  "export",
  "test",
  "bulk",
  "rate",
  "categories",
  "dependents",
]);
const topLevelKeys = known(TemplateManifest);

/** What a kind of content says of itself beyond its schema. */
interface Judged {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** To variables; undefined if they cannot be read. */
  readonly references: readonly Reference[] | undefined;
}

/** The agents that are named and those that steps use; a template that names none is of the older dialect. */
const agentWarnings = (metadata: unknown, steps: readonly unknown[]): Finding[] => {
  const { agents: named } = asObject(metadata);
  if (!Array.isArray(named) || steps.length === 0) return [];
  const used = agentsOf(steps);
  const unnamed = [...used].filter((id) => !named.includes(id));
  return [
    ...unnamed.map((id) =>
      finding("warning", ["metadata", "agents"], "agents_disagree", `A step uses "${id}", which is not named here`),
    ),
    ...named.flatMap((id, index) =>
      typeof id === "string" && !used.has(id)
        ? [finding("warning", ["metadata", "agents", index], "agents_disagree", `No step uses "${id}"`)]
        : [],
    ),
  ];
};

const judgeWorkflow = (input: Record<string, unknown>, content: Record<string, unknown>): Judged => {
  const { steps, base, missing, unfit } = findSteps(content, asArray(input.files));
  if (!steps) return { errors: missing, warnings: [], references: undefined };
  const placed = (references: readonly Reference[]): Reference[] =>
    references.map(({ path, ...rest }) => ({ ...rest, path: [...base, ...path] }));
  const ofGoal = referencesIn(content.goal, ["content", "goal"]);
  return {
    errors: [
      ...[...unfit, ...stepFindings(steps)].map((found) => under(base, found)),
      ...filterFindings([...ofGoal, ...placed(inputReferences(steps))]),
    ],
    warnings: [
      ...agentWarnings(input.metadata, steps),
      ...unreadableWarnings(content.goal, ["content", "goal"]),
      ...steps.flatMap((step, index) => unreadableWarnings(asObject(step).inputs, [...base, "steps", index, "inputs"])),
    ],
    references: [...ofGoal, ...placed(variableReferences(steps))],
  };
};

const judgePrompt = (content: Record<string, unknown>): Judged => ({
  errors: [],
  warnings: [],
  references: promptReferences(content),
});

/** Environments that break their schema are told of elsewhere. */
const judgeEnvironments = (
  content: Record<string, unknown>,
  declared: Record<string, unknown> | undefined,
): Finding[] => {
  const parsed = TemplateEnvironments.safeParse(content.environments ?? {});
  if (!parsed.success) return [];
  return environmentFindings(parsed.data, variablesFor({ variables: declared }));
};

/** Names without a tenant mean the own one, whichever that will be. */
const anyTenant = "own";

const judgeContent = (input: Record<string, unknown>): Judged => {
  const content = asObject(input.content);
  if (content !== input.content) return { errors: [], warnings: [], references: undefined };
  const judged = kindOf(content) === "prompt" ? judgePrompt(content) : judgeWorkflow(input, content);
  const declared = content.variables === undefined ? undefined : asObject(content.variables);
  return {
    ...judged,
    errors: [
      ...judged.errors,
      ...declaredFindings(declared),
      ...usageFindings(declared, judged.references ?? []),
      ...judgeEnvironments(content, declared),
      ...readDependencies(content.dependencies, anyTenant).findings.map((found) => under(["content"], found)),
      ...testFindings(content),
    ],
    warnings: [...judged.warnings, ...(judged.references ? unusedWarnings(declared, judged.references) : [])],
  };
};

/** Rules that reach over several fields. They look at whatever is there, so that they run beside schema problems. */
const ruleErrors = (input: Record<string, unknown>): Finding[] => {
  const { templateId } = input;
  const files = asArray(input.files);
  const reserved =
    typeof templateId === "string" && reservedIds.has(templateId)
      ? [
          finding(
            "error",
            ["templateId"],
            "reserved",
            `"${templateId}" is part of the API's addresses; choose another id`,
          ),
        ]
      : [];
  return [
    ...reserved,
    ...duplicates("tags", "", asArray(input.tags)),
    ...duplicates("files", "path", files),
    ...fileFindings(files),
  ];
};

const judge = (input: unknown): TemplateValidation => {
  const object = asObject(input);
  const parsed = schemas[kindOf(asObject(object.content))].safeParse(input);
  const content = judgeContent(object);
  const warnings = capped([...unknownKeys(object, topLevelKeys, []), ...content.warnings]);
  const errors = [
    ...(parsed.success ? [] : issueFindings(input, parsed.error.issues)),
    ...ruleErrors(object),
    ...content.errors,
  ];
  if (parsed.success && errors.length === 0) return { valid: true, manifest: parsed.data, errors: [], warnings };
  return { valid: false, errors: capped(errors), warnings };
};

/**
 * Judges a template against schema and rules together and reports everything at once, errors and warnings; of more than
 * 200 of a kind the first 200, and how many more there are. It throws nothing, whatever the input.
 */
export const validateTemplate = (input: unknown): TemplateValidation => {
  try {
    return metered(() => judge(input));
  } catch (error) {
    if (!(error instanceof TooMuchToCheck)) throw error;
    return { valid: false, errors: [finding("error", [], "too_much_to_check", error.message)], warnings: [] };
  }
};
