import { canonicalForm, sha256 } from "@nofx/canonical";
import type { OperationInput } from "@nofx/contract-kit";
import type { renderTemplate as RenderTemplate, TemplateStep } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { kindOf, type Rendering, type ResolvedEnvironment, renderWorkflow } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type ChosenLock, chooseLock } from "./choose-lock.ts";
import { lockedAgents } from "./lock.rules.ts";
import { environmentNamed, type PlannedVersion, plannedVersion } from "./planned-version.ts";
import { renderPrompt } from "./render-prompt.rules.ts";

type Order = OperationInput<typeof RenderTemplate>["body"];

interface Rendered {
  readonly rendering: Rendering;
  readonly chosen?: ChosenLock;
}

/** A prompt uses no agent, and so no lock. */
const rendered = async (
  deps: Deps,
  ctx: RequestContext,
  version: PlannedVersion,
  environment: ResolvedEnvironment | undefined,
  order: Order,
): Promise<Rendered> => {
  const { tenant, document, summary } = version;
  const { variables } = order;
  const from = { tenant, document, digest: summary.digest, variables };
  if (kindOf(document.content) === "prompt") return { rendering: renderPrompt({ ...from, environment }) };
  const chosen = await chooseLock(deps, ctx, version, environment, order.lock);
  const steps = (document.content.steps ?? []) as TemplateStep[];
  const agents = lockedAgents(chosen.lock, steps, tenant);
  return { rendering: renderWorkflow({ ...from, steps, environment: environment?.name, agents }), chosen };
};

/** The plan of a version that the caller may read, in canonical form. @throws variables_invalid */
export const renderTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  order: Order,
): Promise<string> => {
  const version = await plannedVersion(deps, ctx, address, order.version);
  const environment = environmentNamed(version.document, order.environment);
  const { rendering, chosen } = await rendered(deps, ctx, version, environment, order);
  if (!rendering.ok) throw problem("variables_invalid", { errors: rendering.errors });
  const { plan, warnings } = rendering;
  return canonicalForm({
    plan,
    planDigest: sha256(canonicalForm(plan)),
    ...(chosen && { lock: { digest: chosen.digest, from: chosen.from } }),
    warnings: [...warnings, ...(chosen?.warnings ?? [])],
  });
};
