import type { OperationInput } from "@nofx/contract-kit";
import type { resolveTemplate as ResolveTemplate } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { environmentNamed, plannedVersion } from "./planned-version.ts";
import { type ResolvedLock, resolveLock } from "./resolve-lock.ts";

type Order = OperationInput<typeof ResolveTemplate>["body"];

/** What the dependencies of a version that the caller may read come to now. */
export const resolveTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { version: wanted, environment: name, strategy }: Order,
): Promise<Omit<ResolvedLock, "isPublic">> => {
  const version = await plannedVersion(deps, ctx, address, wanted);
  const environment = environmentNamed(version.document, name);
  const { lock, digest, warnings } = await resolveLock(deps, ctx, version, { environment, strategy });
  return { lock, digest, warnings };
};
