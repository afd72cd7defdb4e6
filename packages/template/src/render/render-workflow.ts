import type { ProblemItem } from "@nofx/contract-kit";
import {
  type PlannedAgent,
  type PlannedStep,
  type RenderedPlan,
  TemplateEnvironments,
  type TemplateStep,
  type TemplateVersionDocument,
} from "@nofx/contract-marketplace";
import { isTooDeep } from "../depth.ts";
import { type ResolvedEnvironment, resolveEnvironment } from "../environments/environment.ts";
import { textOrNone } from "../expressions/filter.ts";
import { executionOrder, graphOf } from "../graph.ts";
import type { Values } from "../variables/condition.ts";
import type { Declared } from "../variables/declared.ts";
import { type GivenValues, resolveVariables } from "../variables/resolve-variables.ts";
import { declaredVariables } from "./declared-variables.ts";
import { renderValue } from "./render-value.ts";
import { PlanTooLarge, planCharactersMax, type Scope } from "./scope.ts";

/** What a workflow is rendered from. */
export interface RenderOrder {
  readonly tenant: string;
  readonly document: TemplateVersionDocument;
  readonly digest: string;
  /** The document's own, or those of the file that it names. */
  readonly steps: readonly TemplateStep[];
  /** By name, as the document declares it, or with what somebody keeps for themselves. */
  readonly environment?: string | ResolvedEnvironment | undefined;
  readonly variables: GivenValues;
  /** The version that has been chosen for each agent, by the name that steps have for it. */
  readonly agents: ReadonlyMap<string, PlannedAgent>;
}

/** A plan, or everything that stands against it. Nothing is thrown, whatever is given. */
export type Rendering =
  | { readonly ok: true; readonly plan: RenderedPlan; readonly warnings: readonly ProblemItem[] }
  | { readonly ok: false; readonly errors: readonly ProblemItem[]; readonly warnings: readonly ProblemItem[] };

const refused = (path: string, code: string, message: string): Rendering => ({
  ok: false,
  errors: [{ path, code, message }],
  warnings: [],
});

/** The environment that is asked for, or why there is none. */
const environmentOf = ({ document, environment }: RenderOrder): ResolvedEnvironment | undefined | Rendering => {
  if (typeof environment !== "string") return environment;
  const declared = TemplateEnvironments.safeParse(document.content.environments ?? {});
  if (!declared.success)
    return refused("$.environment", "environment_unknown", "The template's environments cannot be read");
  const resolved = resolveEnvironment(declared.data, environment);
  if (resolved.ok) return resolved.environment;
  const { code, message, fix } = resolved.problem;
  return refused("$.environment", code, fix === undefined ? message : `${message}; ${fix} is meant, perhaps`);
};

/** What every plan begins with: the version that it is of, and where it runs. */
export const planOrigin = (
  { tenant, document, digest }: Pick<RenderOrder, "tenant" | "document" | "digest">,
  kind: RenderedPlan["kind"],
  environment: ResolvedEnvironment | undefined,
): Pick<RenderedPlan, "template" | "kind" | "environment" | "channels" | "resources"> => ({
  template: { tenant, templateId: document.templateId, version: document.version, digest },
  kind,
  ...(environment && {
    environment: environment.name,
    channels: environment.channels,
    resources: environment.resources,
  }),
});

const plannedStep = (
  order: RenderOrder,
  step: TemplateStep,
  index: number,
  rendering: Rendered,
): PlannedStep | undefined => {
  const agent = order.agents.get(step.agentId);
  const path = ["steps", index];
  const inputs = renderValue(step.inputs ?? {}, [...path, "inputs"], rendering.scope, rendering.errors);
  if (!agent) {
    const message = `No version of the agent "${step.agentId}" has been chosen`;
    rendering.errors.push({ path: `$.steps[${index}].agentId`, code: "agent_unresolved", message });
    return undefined;
  }
  const { id, name } = step;
  const dependsOn = [...new Set(rendering.graph.get(id))].sort();
  return { id, ...(name !== undefined && { name }), agent, dependsOn, inputs: inputs as Record<string, unknown> };
};

interface Rendered {
  readonly scope: Scope;
  readonly errors: ProblemItem[];
  readonly graph: ReturnType<typeof graphOf>;
}

const plannedSteps = (order: RenderOrder, rendering: Rendered): PlannedStep[] => {
  const steps = order.steps.flatMap((step, index) => plannedStep(order, step, index, rendering) ?? []);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return executionOrder(rendering.graph).flatMap((id) => byId.get(id) ?? []);
};

const planOf = (
  order: RenderOrder,
  environment: ResolvedEnvironment | undefined,
  declared: Declared,
  values: Values,
): { readonly plan: RenderedPlan; readonly errors: readonly ProblemItem[] } => {
  const graph = graphOf(order.steps.map(({ id, dependsOn = [] }) => ({ id, dependsOn })));
  const scope = {
    values,
    isDeclared: (name: string) => Object.hasOwn(declared, name),
    charactersLeft: planCharactersMax,
  };
  const errors: ProblemItem[] = [];
  const { goal } = order.document.content;
  const rendered = goal === undefined ? undefined : textOrNone(renderValue(goal, ["goal"], scope, errors));
  const plan: RenderedPlan = {
    ...planOrigin(order, "workflow", environment),
    ...(rendered !== undefined && { goal: rendered }),
    steps: plannedSteps(order, { scope, errors, graph }),
    variables: Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { plan, errors };
};

/**
 * Renders a workflow: values come from the caller, else from the environment, else from the defaults. It takes time
 * linear in what is given and in the plan, which is bounded. Agents' versions are chosen before.
 */
export const renderWorkflow = (order: RenderOrder): Rendering => {
  if (isTooDeep(order.document) || isTooDeep(order.steps) || isTooDeep(order.variables)) {
    return refused("$", "too_deep", "Nests deeper than 64 levels");
  }
  const environment = environmentOf(order);
  if (environment && "ok" in environment) return environment;
  const { content } = order.document;
  const declared = declaredVariables(content, [content.goal, order.steps.map(({ inputs }) => inputs)]);
  const resolved = resolveVariables(declared, { ...environment?.variables, ...order.variables });
  if (!resolved.ok) return resolved;
  try {
    const { plan, errors } = planOf(order, environment, declared, resolved.values);
    const { warnings } = resolved;
    return errors.length > 0 ? { ok: false, errors, warnings } : { ok: true, plan, warnings };
  } catch (error) {
    if (!(error instanceof PlanTooLarge)) throw error;
    return refused(
      "$",
      "plan_too_large",
      `The plan would have more than ${planCharactersMax} characters; give shorter values`,
    );
  }
};
