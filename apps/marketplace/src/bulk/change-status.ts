import type { BulkTemplateOperation } from "@nofx/contract-marketplace";
import { noChecks } from "../checks/make-checks.ts";
import { changeTemplateStatus, fullSuccessor } from "../lifecycle/set-template-status.ts";
import { changeVersionStatus } from "../lifecycle/set-version-status.ts";
import { problem } from "../problem.ts";
import type { Standing } from "../templates/change-template.ts";
import type { Template } from "../templates/template.store.ts";
import { findVersion } from "../templates/version.store.ts";
import type { BulkWrite, Done } from "./carry-out-bulk.ts";

type Named<Op extends BulkTemplateOperation["op"]> = Omit<
  Extract<BulkTemplateOperation, { readonly op: Op }>,
  "templateId"
>;

/** An operation that changes a status. */
export type StatusOperation = Named<"deprecate"> | Named<"archive"> | Named<"delete"> | Named<"restore">;

const statusOf = { deprecate: "deprecated", archive: "disabled", delete: "disabled", restore: "active" } as const;
const versionStatusOf = { deprecate: "deprecated", archive: "archived", restore: "active" } as const;

/** A draft was never out of use: to make it active is to publish it, which nobody does in passing. */
const refuseDraft = async ({ trx }: BulkWrite, { before }: Standing<Template>, version: string): Promise<void> => {
  const found = await findVersion(trx, before.summary, version);
  if (found?.summary.status !== "draft") return;
  throw problem("status_transition_refused", { detail: `${version} is a draft: there is nothing to restore.` });
};

const noCheck = async () => noChecks;

const changeVersion = async (
  write: BulkWrite,
  standing: Standing<Template>,
  operation: Exclude<StatusOperation, { readonly op: "delete" }>,
  version: string,
): Promise<Done> => {
  const { op, reason } = operation;
  if (op === "restore") await refuseDraft(write, standing, version);
  const successor = op === "deprecate" && typeof operation.successor === "string" ? operation.successor : undefined;
  const order = { version, status: versionStatusOf[op], reason, ...(successor !== undefined && { successor }) };
  const { outcome, template, changeId } = await changeVersionStatus(write.trx, write.ctx, standing, order, noCheck);
  return { templateId: template.templateId, outcome, version, changeId };
};

/** Changes the status of a template, or of the version that the operation names. */
export const changeStatus = async (
  write: BulkWrite,
  standing: Standing<Template>,
  operation: StatusOperation,
): Promise<Done> => {
  const { op, reason } = operation;
  if (op !== "delete" && operation.version !== undefined) {
    return await changeVersion(write, standing, operation, operation.version);
  }
  const named = op === "deprecate" && typeof operation.successor === "object" ? operation.successor : undefined;
  const order = { status: statusOf[op], reason, successor: fullSuccessor(write.ctx, named) };
  const { outcome, after, changeId } = await changeTemplateStatus(write.trx, write.ctx, standing, order);
  return { templateId: after.summary.templateId, outcome, changeId };
};
