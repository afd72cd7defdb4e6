import type { LockedAge, StoredLock } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { outdated } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { getTemplateVersion } from "../templates/get-template-version.ts";
import { findLock, type LockAddress } from "./lock.store.ts";
import { versionsLookup } from "./look-up-versions.ts";

/** The lock that is kept with a version. @throws template_not_found, version_not_found, lock_not_found */
export const getLock = async (deps: Deps, ctx: RequestContext, address: LockAddress): Promise<StoredLock> => {
  await getTemplateVersion(deps, ctx, address, address.version);
  const stored = await findLock(deps.db, ctx, address);
  if (!stored) throw problem("lock_not_found");
  return stored;
};

/** How the entries of a version's lock stand among what there is now. @throws dependency_unavailable */
export const listOutdated = async (
  deps: Deps,
  ctx: RequestContext,
  address: LockAddress,
): Promise<{ digest: string; lockedAt: string; entries: LockedAge[] }> => {
  const { lock, digest, lockedAt } = await getLock(deps, ctx, address);
  const lookup = versionsLookup(deps, ctx);
  for (;;) {
    const compared = outdated(lock, lookup.known);
    if (compared.outcome === "unknown") {
      await lookup.fetch(compared.resources);
      continue;
    }
    const entries = compared.entries.map(({ resource, locked, wanted, latest, isDeprecated }): LockedAge => {
      const { kind, tenant, id } = resource;
      const deprecated = isDeprecated || lookup.isDeprecated(resource);
      return { kind, tenant, id, locked, ...(wanted && { wanted }), ...(latest && { latest }), deprecated };
    });
    return { digest, lockedAt, entries };
  }
};
