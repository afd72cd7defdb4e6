import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { stepsFile, withInlineSteps } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import { findContents } from "../forks/fork.store.ts";
import { type KeptLock, listKeptLocks } from "../plans/lock.store.ts";
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
  readonly locks: readonly KeptLock[];
}

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
  const locks = await listKeptLocks(trx, address, current.version);
  return { template, current, stepsText, inline, contents, locks };
};
