import { type BulkBuilderOperation, marketplaceContract } from "@nofx/contract-marketplace";
import { promptStanding } from "../builder/change-prompt.ts";
import { addPrompt, type ChangedPrompt } from "../builder/create-prompt.ts";
import { switchPrompt } from "../builder/deploy-prompt.ts";
import { appendUpdate } from "../builder/update-prompt.ts";
import { problem } from "../problem.ts";
import { mustStand, type Standing, standingOf } from "../templates/change-template.ts";
import type { Template } from "../templates/template.store.ts";
import type { BulkKind, BulkWrite, Done } from "./carry-out-bulk.ts";
import { changeStatus } from "./change-status.ts";
import { standsFor } from "./template-operations.ts";
import { changeTags, moveTemplate } from "./update-document.ts";

const { operations } = marketplaceContract;

const done = ({ template, changeId }: ChangedPrompt, outcome: Done["outcome"]): Done => ({
  templateId: template.id,
  outcome,
  version: template.version,
  changeId,
});

/** A prompt as a template. One that is disabled is not in the builder, but may be restored there. */
const promptAsTemplate = async (
  { trx, ctx, now }: BulkWrite,
  id: string,
  { disabledToo }: { readonly disabledToo: boolean },
): Promise<Standing<Template>> => {
  const standing = mustStand(ctx, await standingOf(trx, ctx, id, now()));
  const { kind, status } = standing.before.summary;
  if (kind !== "prompt" || (status === "disabled" && !disabledToo)) throw problem("template_not_found");
  return standing;
};

const carryOut = async (write: BulkWrite, operation: BulkBuilderOperation): Promise<Done> => {
  const { trx, ctx, now } = write;
  switch (operation.op) {
    case "create":
      return done(await addPrompt(trx, ctx, now(), operation.template), "created");
    case "update": {
      const standing = await promptStanding(trx, ctx, operation.id, now());
      return done(await appendUpdate(trx, ctx, standing, operation.changes), "changed");
    }
    case "deploy": {
      const { environment, channel, enabled } = operation;
      const standing = await promptStanding(trx, ctx, operation.id, now());
      return done(await switchPrompt(trx, ctx, standing, { environment, channel, enabled }), "changed");
    }
    case "tag":
      return await changeTags(write, await promptAsTemplate(write, operation.id, { disabledToo: false }), operation);
    case "move":
      return await moveTemplate(write, await promptAsTemplate(write, operation.id, { disabledToo: false }), operation);
    default:
      return await changeStatus(write, await promptAsTemplate(write, operation.id, { disabledToo: true }), operation);
  }
};

const single: BulkKind<BulkBuilderOperation>["single"] = (operation) => {
  if (operation.op === "create") return operations.createBuilderTemplate;
  if (operation.op === "update") return operations.updateBuilderTemplate;
  return operation.op === "deploy" ? operations.deployBuilderTemplate : standsFor(operation);
};

/** Operations on prompts, as the builder knows them. */
export const promptOperations: BulkKind<BulkBuilderOperation> = {
  templateOf: (operation) => (operation.op === "create" ? undefined : operation.id),
  single,
  carryOut,
  // Prompts are made of what they say.
  dependsOn: () => [],
};
