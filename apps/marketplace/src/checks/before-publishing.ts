import type { PublishChecks } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { TestedVersion } from "@nofx/template";
import { inlinedPublication, type TemplatePublication } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { findGate } from "./gate.store.ts";
import { type Checks, makeChecks } from "./make-checks.ts";

/** Makes the checks of a version that is to be created or released. */
export type Check = () => Promise<Checks>;

/** What a publish says about its checks. */
export interface CheckedPublish {
  readonly draft: boolean;
  readonly force: boolean;
}

/** Checks that are made when they are first asked for, and once. */
export const once = (make: Check): Check => {
  let made: Promise<Checks> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** The version that a publication is to become, to be resolved and tested. */
export const toBeChecked = (ctx: RequestContext, publication: TemplatePublication): TestedVersion => ({
  tenant: ctx.tenantId,
  document: inlinedPublication(publication),
  digest: publication.digest,
});

/** A draft may be incomplete: what stands against it counts when it is released. */
export const policyFor = (policy: PublishChecks, { draft }: Pick<CheckedPublish, "draft">): PublishChecks =>
  draft && policy === "enforce" ? "warn" : policy;

/**
 * Checks a version that is not there yet, before the transaction that publishes it. What is there already needs no checks,
 * and its publisher no registry.
 */
export const checkPublication = async (
  deps: Deps,
  ctx: RequestContext,
  publication: TemplatePublication,
  { draft, force }: CheckedPublish,
): Promise<Check> => {
  const { templateId, version } = publication.document;
  const { said, status } = await findGate(deps.db, ctx, { tenant: ctx.tenantId, templateId }, version);
  const order = { policy: policyFor(said ?? deps.env.PUBLISH_CHECKS_DEFAULT, { draft }), force };
  const check = once(() => makeChecks(deps, ctx, toBeChecked(ctx, publication), order, versionsLookup(deps, ctx)));
  if (status === undefined) await check();
  return check;
};
