import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import { findGate } from "../checks/gate.store.ts";
import { type Checks, makeChecks } from "../checks/make-checks.ts";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { type PlannedVersion, plannedVersion } from "../plans/planned-version.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type ForkNames, forkObstacle } from "./fork.rules.ts";

/** Checks of a fork to be. */
export interface CheckedFork {
  /** Digest of the source as it was checked. */
  readonly of: string;
  readonly checks: Checks;
}

/** The source, if there is anything to check: what is wrong with it is told where it is forked. */
const forkable = async (
  deps: Deps,
  ctx: RequestContext,
  source: TemplateAddress,
  version: string | undefined,
): Promise<PlannedVersion | undefined> => {
  try {
    const planned = await plannedVersion(deps, ctx, source, version);
    return forkObstacle(planned.summary) ? undefined : planned;
  } catch (error) {
    if (error instanceof HttpProblem) return undefined;
    throw error;
  }
};

/** Checks a fork as what it will be: a template of the caller's. A copy is to be adapted, so nothing prevents it. */
export const checkFork = async (
  deps: Deps,
  ctx: RequestContext,
  source: TemplateAddress,
  { templateId, newVersion, version }: ForkNames & { readonly version?: string | undefined },
): Promise<CheckedFork | undefined> => {
  const { tenantId: tenant } = ctx;
  const { said, status } = await findGate(deps.db, ctx, { tenant, templateId }, newVersion);
  const isUnchecked = status !== undefined || (said ?? deps.env.PUBLISH_CHECKS_DEFAULT) === "off";
  const planned = isUnchecked ? undefined : await forkable(deps, ctx, source, version);
  if (!planned) return undefined;
  const { digest } = planned.summary;
  const tested = { tenant, document: { ...planned.document, templateId, version: newVersion }, digest };
  const order = { policy: "warn", force: false } as const;
  return { of: digest, checks: await makeChecks(deps, ctx, tested, order, versionsLookup(deps, ctx)) };
};
