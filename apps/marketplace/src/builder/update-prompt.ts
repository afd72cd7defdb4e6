import type { BuilderTemplateUpdate } from "@nofx/contract-marketplace";
import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { leastVersion } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { findVersion, highestVersions } from "../templates/version.store.ts";
import { changePrompt, type PromptStanding } from "./change-prompt.ts";
import { type ChangedPrompt, shownNow } from "./create-prompt.ts";
import { nextVersion, updatedPrompt } from "./prompt.rules.ts";
import { appendState } from "./prompt-writes.store.ts";

/**
 * The version itself, or if it is taken, as it may be after a rollback, the next major one above all: what has changed
 * since those, nobody has said.
 */
const freeVersion = async (trx: TenantTransaction<DB>, address: TemplateAddress, wanted: string): Promise<string> => {
  if (!(await findVersion(trx, address, wanted))) return wanted;
  const [highest] = await highestVersions(trx, address, 1);
  return leastVersion(highest?.version ?? wanted, "major");
};

/** Publishes the next version of a prompt within a transaction that holds its lock. */
export const appendUpdate = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, at }: PromptStanding,
  update: BuilderTemplateUpdate,
): Promise<ChangedPrompt> => {
  const { tenantId: tenant, subject: by } = ctx;
  const { id, about, visibility } = before;
  const prompt = updatedPrompt(before.prompt, update);
  const version = await freeVersion(
    trx,
    { tenant, templateId: id },
    nextVersion(before.version, before.prompt, prompt),
  );
  const digest = await appendState(trx, { tenant, id, version, prompt, about, by, at }, before);
  const changeId = await recordEvent(trx, ctx, at, {
    type: "template.version_published",
    visibility,
    resourceType: "template",
    resourceId: id,
    version,
    data: { kind: "prompt", digest, currentVersion: version, visibility },
  });
  return { template: await shownNow(trx, tenant, id), changeId };
};

/** Publishes the next version of a prompt. An update that changes nothing is one, too: callers count them. */
export const updatePrompt = (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  update: BuilderTemplateUpdate,
): Promise<ChangedPrompt> => changePrompt(deps, ctx, id, (trx, standing) => appendUpdate(trx, ctx, standing, update));
