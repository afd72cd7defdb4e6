import { TemplateEnvironments, type TemplateStep } from "@nofx/contract-marketplace";
import { kindOf } from "../document.ts";
import { type ResolvedEnvironment, resolveEnvironment } from "../environments/environment.ts";
import { renderPrompt } from "../prompt/render-prompt.ts";
import type { Rendering, RenderOrder } from "../render/render-workflow.ts";
import type { VersionToPlan } from "../resolve/requirements.ts";
import type { NamedResolution, TestOrder } from "./planned-cases.ts";

/** A version with its digest, whether it is published or not. */
export interface TestedVersion extends VersionToPlan {
  readonly digest: string;
}

/** The environments that can be resolved; tests in others fail by themselves. */
export const usableEnvironments = ({ document }: VersionToPlan): ResolvedEnvironment[] => {
  const declared = TemplateEnvironments.safeParse(document.content.environments ?? {});
  if (!declared.success) return [];
  return Object.keys(declared.data).flatMap((name) => {
    const resolved = resolveEnvironment(declared.data, name);
    return resolved.ok ? [resolved.environment] : [];
  });
};

/** The steps of a version that has them inline. */
export const inlineSteps = ({ document }: VersionToPlan): TemplateStep[] =>
  (document.content.steps ?? []) as TemplateStep[];

/** Prompts in the form of workflows, as far as tests go. */
const promptIn =
  (version: TestedVersion, environments: readonly ResolvedEnvironment[]) =>
  ({ environment: name, variables }: RenderOrder): Rendering => {
    const environment = environments.find((one) => one.name === name);
    if (name === undefined || environment) return renderPrompt({ ...version, environment, variables });
    const message = `There is no environment "${name}"`;
    return { ok: false, errors: [{ path: "$.environment", code: "environment_unknown", message }], warnings: [] };
  };

/** What the tests of a version are run on, workflows and prompts alike. */
export const testOrderOf = (version: TestedVersion, resolutions: readonly NamedResolution[]): TestOrder => ({
  ...version,
  steps: inlineSteps(version),
  resolutions,
  ...(kindOf(version.document.content) === "prompt" && { render: promptIn(version, usableEnvironments(version)) }),
});
