import type { ListedEntry } from "@nofx/bundle";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { TemplateEnvironments } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { resolveEnvironment } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { plannedVersion } from "../plans/planned-version.ts";
import { lockPath } from "./bundle-layout.rules.ts";
import { namedInFull, toBundled } from "./bundled-lock.rules.ts";
import { type ExportedLock, listLocks } from "./exported-lock.store.ts";

/** A lock as it is written: kept in memory until then, since another may take its place in the meantime. */
export interface WrittenLock extends ListedEntry {
  readonly text: string;
}

const written = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  { version, environment, lock }: ExportedLock,
): Promise<WrittenLock> => {
  const address = { tenant: ctx.tenantId, templateId };
  const { document } = await plannedVersion(deps, ctx, address, version);
  const declared = TemplateEnvironments.safeParse(document.content.environments ?? {});
  const resolved =
    environment === undefined || !declared.success ? undefined : resolveEnvironment(declared.data, environment);
  const inFull = namedInFull(document, resolved?.ok ? resolved.environment : undefined, ctx.tenantId);
  const text = canonicalForm(toBundled(lock, ctx.tenantId, inFull));
  const path = lockPath(templateId, version, environment);
  return { path, size: Buffer.byteLength(text), digest: sha256(text), text };
};

/** The locks that are kept with the versions of a template, in the order of bundles. */
export const writtenLocks = async (deps: Deps, ctx: RequestContext, templateId: string): Promise<WrittenLock[]> => {
  const locks: WrittenLock[] = [];
  for (const lock of await listLocks(deps.db, ctx, templateId)) locks.push(await written(deps, ctx, templateId, lock));
  return locks;
};
