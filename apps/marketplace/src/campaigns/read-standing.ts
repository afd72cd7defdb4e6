import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { resolveEnvironment, stepsFile, withInlineSteps } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { type Kept, keptOf } from "../environments/environment.rules.ts";
import { listKeptIn } from "../environments/environment.store.ts";
import { findContents } from "../forks/fork.store.ts";
import { type KeptLock, listKeptLocks } from "../plans/lock.store.ts";
import { templateLock } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { type FoundVersion, findLocked, findVersion } from "../templates/version.store.ts";

/** One of the tenant's templates as it stands: its current version, and the locks that are kept with it. */
export interface TemplateStanding {
  readonly template: Template;
  readonly current: FoundVersion;
  /** Text of the file that holds the steps, if one does. */
  readonly stepsText: string | undefined;
  /** The current version with its steps inline. */
  readonly inline: TemplateVersionDocument;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Those for environments that are there. */
  readonly locks: readonly KeptLock[];
  /** What the tenant keeps of the template's environments. */
  readonly kept: Kept;
}

const isThere = ({ content }: TemplateVersionDocument, kept: Kept, name: string | undefined): boolean =>
  name === undefined || resolveEnvironment(content.environments ?? {}, name, kept).ok;

/** Reads how a template stands; undefined if there is none, or it is disabled: nobody runs that. */
export const readStanding = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  templateId: string,
): Promise<TemplateStanding | undefined> => {
  const address = { tenant: ctx.tenantId, templateId };
  const template = await findLocked(trx, address);
  if (!template || template.summary.status === "disabled") return undefined;
  const current = (await findVersion(trx, address, template.summary.currentVersion)) as FoundVersion;
  const contents = await findContents(trx, address, current.document);
  const steps = contents.get(stepsFile(current.document)?.digest ?? "");
  const stepsText = steps && Buffer.from(steps).toString("utf8");
  const inline = withInlineSteps(current.document, stepsText);
  const kept = keptOf(await listKeptIn(trx, ctx, address));
  const all = await listKeptLocks(trx, address, current.version);
  const locks = all.filter(({ stored }) => isThere(inline, kept, stored.environment));
  return { template, current, stepsText, inline, contents, locks, kept };
};

/** Reads of a template under its lock: what is read belongs together, whoever else is at work on it. */
export const readLocked = async <T>(
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  read: (trx: TenantTransaction<DB>, standing: TemplateStanding) => Promise<T>,
): Promise<T | undefined> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T | undefined> => {
    const standing = await readStanding(trx, ctx, templateId);
    return standing && (await read(trx, standing));
  };
  return await inTenant(deps.db, ctx, work, { lock: templateLock(ctx.tenantId, templateId) });
};
