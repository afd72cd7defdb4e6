import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { versionsLookup } from "../plans/look-up-versions.ts";
import { plannedVersion } from "../plans/planned-version.ts";
import { type Check, once } from "./before-publishing.ts";
import { findGate } from "./gate.store.ts";
import { makeChecks } from "./make-checks.ts";

/** Checks a draft that is to be released, before the transaction that releases it. Anything else needs no checks. */
export const checkRelease = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  { version, status }: { readonly version: string; readonly status: string },
): Promise<Check> => {
  const address = { tenant: ctx.tenantId, templateId };
  const gate = await findGate(deps.db, ctx, address, version);
  const order = { policy: gate.said ?? deps.env.PUBLISH_CHECKS_DEFAULT, force: false };
  const check = once(async () => {
    const { tenant, document, summary } = await plannedVersion(deps, ctx, address, version);
    const tested = { tenant, document, digest: summary.digest };
    return await makeChecks(deps, ctx, tested, order, versionsLookup(deps, ctx));
  });
  if (status === "active" && gate.status === "draft") await check();
  return check;
};
