import type { OperationInput } from "@nofx/contract-kit";
import type { resolveTemplate as ResolveTemplate } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { plannedRun } from "./planned-version.ts";
import { type ResolvedLock, resolveLock } from "./resolve-lock.ts";

type Order = OperationInput<typeof ResolveTemplate>["body"];

/** What the dependencies of a version that the caller may read come to now. */
export const resolveTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { strategy, ...wanted }: Order,
): Promise<Omit<ResolvedLock, "isPublic"> & { readonly version: string }> => {
  const { version, environment } = await plannedRun(deps, ctx, address, wanted);
  const { lock, digest, warnings } = await resolveLock(deps, ctx, version, { environment, strategy });
  return { version: version.document.version, lock, digest, warnings };
};
