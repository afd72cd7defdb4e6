import type { OperationInput } from "@nofx/contract-kit";
import type { compareTemplateVersionUsage, VersionComparison } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { comparisonAnswer } from "./compared-versions.rules.ts";
import { findCompared } from "./compared-versions.store.ts";
import { askedRange, asOf, foundSomewhere, scopeOf } from "./get-template-analytics.ts";

/** How two versions did in the same days. @throws template_not_found, version_not_found, request_invalid */
export const compareVersionUsage = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  query: OperationInput<typeof compareTemplateVersionUsage>["query"],
): Promise<VersionComparison> => {
  const now = deps.now();
  const range = askedRange({ ...query, bucket: "day" }, now);
  const { a, b, environment } = query;
  const { scope, tenant } = scopeOf(ctx, address);
  const selection = { range, environment, tenant };
  const rows = await foundSomewhere(deps, (db) => findCompared(db, ctx, address, selection, [a, b]));
  return {
    ...address,
    scope,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    ...(environment !== undefined && { environment }),
    asOf: asOf(rows, now),
    ...comparisonAnswer(rows, { a, b }),
  };
};
