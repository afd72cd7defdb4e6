import { ResourceId } from "@nofx/contract-kit";
import { type BulkTemplateOperation, marketplaceContract } from "@nofx/contract-marketplace";
import { asObject } from "@nofx/document";
import { templateDependencies } from "@nofx/template";
import { mayForce } from "../checks/may-force.ts";
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
  { trx, ctx, now, checkOf }: BulkWrite,
  { manifest, draft = false, force = false, visibility }: Extract<BulkTemplateOperation, { readonly op: "publish" }>,
): Promise<Done> => {
  mayForce(ctx, force);
  const ready = toPublishable(judgeManifest(manifest));
  const { templateId, version } = ready.publication.document;
  const standing = await standingOf(trx, ctx, templateId, now());
  const options = { dryRun: false, draft, visibility };
  const check = checkOf(ready.publication, { draft, force });
  const { result, changeId } = await publishLocked(trx, ctx, standing, ready, options, check);
  return { templateId, outcome: result.outcome, version, warnings: result.warnings, changeId };
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

/** What a manifest declares, and the agents of steps that stand in it. */
const dependsOn: BulkKind<BulkTemplateOperation>["dependsOn"] = (operation, ownTenant) =>
  operation.op === "publish"
    ? templateDependencies({ content: asObject(operation.manifest.content) }).map(
        ({ kind, tenant = ownTenant, id }) => ({ kind, tenant, id }),
      )
    : [];

/** Operations on templates of any kind. */
export const templateOperations: BulkKind<BulkTemplateOperation> = {
  templateOf,
  single: standsFor,
  carryOut,
  dependsOn,
};
