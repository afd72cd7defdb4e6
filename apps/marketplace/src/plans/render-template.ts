import { canonicalForm, sha256 } from "@nofx/canonical";
import type { OperationInput } from "@nofx/contract-kit";
import type { DependencyLock, renderTemplate as RenderTemplate, TemplateStep } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { type GivenValues, kindOf, lockedAgents, type Rendering, renderPrompt, renderWorkflow } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type ChosenLock, chooseLock } from "./choose-lock.ts";
import { type PlannedRun, type PlannedVersion, plannedRun } from "./planned-version.ts";

type Order = OperationInput<typeof RenderTemplate>["body"];

interface Rendered {
  readonly rendering: Rendering;
  readonly chosen?: ChosenLock;
}

/** A version in an environment, with values and a lock; without one for a prompt, which uses no agent. */
export const renderWith = (
  { version, environment }: Pick<PlannedRun, "version" | "environment">,
  variables: GivenValues,
  lock: DependencyLock | undefined,
): Rendering => {
  const { tenant, document, summary } = version;
  const from = { tenant, document, digest: summary.digest, environment, variables };
  if (!lock) return renderPrompt(from);
  const steps = (document.content.steps ?? []) as TemplateStep[];
  return renderWorkflow({ ...from, steps, agents: lockedAgents(lock, steps, tenant) });
};

export const usesAgents = ({ document }: PlannedVersion): boolean => kindOf(document.content) === "workflow";

const rendered = async (deps: Deps, ctx: RequestContext, run: PlannedRun, order: Order): Promise<Rendered> => {
  if (!usesAgents(run.version)) return { rendering: renderWith(run, order.variables, undefined) };
  const chosen = await chooseLock(deps, ctx, run.version, run.environment, order.lock);
  return { rendering: renderWith(run, order.variables, chosen.lock), chosen };
};

/** The plan of a version that the caller may read, in canonical form. @throws variables_invalid */
export const renderTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  order: Order,
): Promise<string> => {
  const run = await plannedRun(deps, ctx, address, order);
  const { rendering, chosen } = await rendered(deps, ctx, run, order);
  if (!rendering.ok) throw problem("variables_invalid", { errors: rendering.errors });
  const { plan, warnings } = rendering;
  return canonicalForm({
    plan,
    planDigest: sha256(canonicalForm(plan)),
    ...(chosen && { lock: { digest: chosen.digest, from: chosen.from } }),
    warnings: [...warnings, ...(chosen?.warnings ?? [])],
  });
};
