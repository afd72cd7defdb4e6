import type { AgentVersionSummary, PublishResult } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { invalidManifest, versionConflict } from "@nofx/document";
import { differences, toPublication, validateManifest } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import { judgePublish } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { sourceOf } from "../trusted-publishers/workload.rules.ts";
import type { Agent } from "./agent.store.ts";
import { updateAgent } from "./agent-writes.store.ts";
import { withAgentLocked } from "./change-agent.ts";
import { createVersion } from "./create-version.ts";
import { recordAgentEvent } from "./record-agent-event.ts";
import { findStanding } from "./version.store.ts";

export interface PublishOptions {
  readonly dryRun: boolean;
  readonly draft: boolean;
  readonly visibility: "private" | "public" | undefined;
}

/** A publish and the change that it made, if it made one. */
export interface Published {
  readonly result: PublishResult;
  readonly changeId?: string;
}

/** The same version again changes at most who may see the agent. */
const publishAgain = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  before: Agent,
  visibility: PublishOptions["visibility"],
): Promise<{ readonly agent: Agent; readonly changeId?: string }> => {
  if (!visibility) return { agent: before };
  const agent = await updateAgent(trx, ctx.tenantId, before.summary.agentId, at, { visibility });
  const changeId = await recordAgentEvent(trx, ctx, at, { type: "agent.visibility_changed", before, after: agent });
  return { agent, changeId };
};

const answerOf = (
  outcome: PublishResult["outcome"],
  { agent, changeId, change }: { agent: Agent; changeId?: string; change?: PublishResult["change"] },
  version: AgentVersionSummary,
  about: Pick<PublishResult, "dryRun" | "warnings">,
): Published => ({
  result: { ...about, outcome, agent: agent.summary, version, ...(change && { change }) },
  ...(changeId !== undefined && { changeId }),
});

/**
 * Publishes one immutable version. The agent's lock spans check and write: of two racing publishers exactly one
 * creates, and publishers of other agents do not wait.
 */
export const publish = async (
  deps: Deps,
  ctx: RequestContext,
  input: unknown,
  options: PublishOptions,
): Promise<Published> => {
  const judged = validateManifest(input);
  if (!judged.valid) throw problem("manifest_invalid", invalidManifest(judged.errors, judged.warnings));
  const publication = toPublication(judged.manifest);
  const { agentId } = publication.document;
  const { sourceCommit, warnings } = sourceOf(ctx.actor.workload, judged.manifest.sourceCommit);
  const about = { dryRun: options.dryRun, warnings: [...judged.warnings, ...warnings] };

  const work = async (trx: TenantTransaction<DB>): Promise<Published> => {
    const at = deps.now();
    const standing = await findStanding(trx, ctx.tenantId, publication.document);
    const { agent: before, existing } = standing ?? {};
    const verdict = judgePublish(existing, publication, differences);
    if (verdict.outcome === "conflict") {
      throw problem("version_conflict", versionConflict(agentId, existing, verdict.difference));
    }
    const visibility = options.visibility === before?.summary.visibility ? undefined : options.visibility;
    if (before && existing) {
      return answerOf("identical", await publishAgain(trx, ctx, at, before, visibility), existing.summary, about);
    }
    const order = { at, publication, sourceCommit, draft: options.draft, visibility };
    const created = await createVersion(trx, ctx, standing, order);
    const all = { ...about, warnings: [...about.warnings, ...created.warnings] };
    return answerOf("created", created, created.version, all);
  };
  return await withAgentLocked(deps, ctx, agentId, work, { dryRun: options.dryRun });
};
