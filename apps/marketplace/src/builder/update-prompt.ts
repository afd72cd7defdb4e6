import type { BuilderTemplateUpdate } from "@nofx/contract-marketplace";
import { recordEvent } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { changePrompt } from "./change-prompt.ts";
import { type ChangedPrompt, shownNow } from "./create-prompt.ts";
import { nextVersion, updatedPrompt } from "./prompt.rules.ts";
import { appendState } from "./prompt-writes.store.ts";

/** Publishes the next version of a prompt. An update that changes nothing is one, too: callers count them. */
export const updatePrompt = (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  update: BuilderTemplateUpdate,
): Promise<ChangedPrompt> =>
  changePrompt(deps, ctx, id, async (trx, before, at) => {
    const { tenantId: tenant, subject: by } = ctx;
    const prompt = updatedPrompt(before.prompt, update);
    const version = nextVersion(before.version, before.prompt, prompt);
    const digest = await appendState(trx, { tenant, id, version, prompt, by, at }, before);
    const changeId = await recordEvent(trx, ctx, at, {
      type: "template.version_published",
      visibility: "private",
      resourceType: "template",
      resourceId: id,
      version,
      data: { kind: "prompt", digest, currentVersion: version, visibility: "private" },
    });
    return { template: await shownNow(trx, tenant, id), changeId };
  });
