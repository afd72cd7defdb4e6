import { ResourceId } from "@nofx/contract-kit";
import { type BulkTemplateOperation, marketplaceContract } from "@nofx/contract-marketplace";
import { mustStand, standingOf } from "../templates/change-template.ts";
import { judgeManifest, publishLocked, toPublishable } from "../templates/publish-template.ts";
import type { BulkKind, BulkWrite, Done } from "./carry-out-bulk.ts";
import { changeStatus } from "./change-status.ts";
import { changeTags, moveTemplate, updateDocument } from "./update-document.ts";

const { publishTemplate, setTemplateStatus, setTemplateVersionStatus } = marketplaceContract.operations;

/** The operation that one stands for: a change of what is shown is a publish, anything else a change of status. */
export const standsFor = (operation: { readonly op: string; readonly version?: string | undefined }) => {
  if (["publish", "update", "tag", "move"].includes(operation.op)) return publishTemplate;
  return operation.version === undefined ? setTemplateStatus : setTemplateVersionStatus;
};

const publishOne = async (
  { trx, ctx, now }: BulkWrite,
  { manifest, draft = false, visibility }: Extract<BulkTemplateOperation, { readonly op: "publish" }>,
): Promise<Done> => {
  const ready = toPublishable(judgeManifest(manifest));
  const { templateId, version } = ready.publication.document;
  const standing = await standingOf(trx, ctx, templateId, now());
  const { result, changeId } = await publishLocked(trx, ctx, standing, ready, { dryRun: false, draft, visibility });
  return { templateId, outcome: result.outcome, version, changeId };
};

const carryOut = async (write: BulkWrite, operation: BulkTemplateOperation): Promise<Done> => {
  if (operation.op === "publish") return await publishOne(write, operation);
  const { trx, ctx, now } = write;
  const standing = mustStand(ctx, await standingOf(trx, ctx, operation.templateId, now()));
  switch (operation.op) {
    case "update":
      return await updateDocument(write, standing, operation);
    case "tag":
      return await changeTags(write, standing, operation);
    case "move":
      return await moveTemplate(write, standing, operation);
    default:
      return await changeStatus(write, standing, operation);
  }
};

const templateOf = (operation: BulkTemplateOperation): string | undefined => {
  if (operation.op !== "publish") return operation.templateId;
  return ResourceId.safeParse(operation.manifest.templateId).data;
};

/** Operations on templates of any kind. */
export const templateOperations: BulkKind<BulkTemplateOperation> = { templateOf, single: standsFor, carryOut };
