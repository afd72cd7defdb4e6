import type { Deployment } from "@nofx/contract-marketplace";
import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { changePrompt, type PromptStanding } from "./change-prompt.ts";
import { type ChangedPrompt, shownNow } from "./create-prompt.ts";
import { saveDeployment, touchPrompt } from "./prompt-writes.store.ts";

/** Switches a prompt on or off within a transaction that holds its lock. */
export const switchPrompt = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, at }: PromptStanding,
  deployment: Deployment,
): Promise<ChangedPrompt> => {
  const { id } = before;
  const state = { tenant: ctx.tenantId, id, by: ctx.subject, at };
  await saveDeployment(trx, state, deployment);
  await touchPrompt(trx, state);
  const changeId = await recordEvent(trx, ctx, at, {
    type: "template.deployed",
    visibility: "private",
    resourceType: "template",
    resourceId: id,
    version: before.version,
    data: { ...deployment },
  });
  return { template: await shownNow(trx, ctx.tenantId, id), changeId };
};

/** Switches a prompt on or off for one channel of one environment. */
export const deployPrompt = (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  deployment: Deployment,
): Promise<ChangedPrompt> =>
  changePrompt(deps, ctx, id, (trx, standing) => switchPrompt(trx, ctx, standing, deployment));
