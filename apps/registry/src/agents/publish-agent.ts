import type { Finding, PublishResult } from "@nofx/contract-registry";
import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import { findingsMax, type Publication, toPublication, validateManifest } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { sourceOf } from "../trusted-publishers/workload.rules.ts";
import { becomesCurrent, derivedFields, judgePublish } from "./agent.rules.ts";
import type { Agent } from "./agent.store.ts";
import { findVersion, insertAgent, insertVersion, lockAgent, updateAgent } from "./agent-writes.store.ts";
import { judgeVersion } from "./judge-version.ts";
import { recordEvent } from "./record-event.ts";

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

const refuse = (errors: readonly Finding[], warnings: readonly Finding[]) =>
  problem("manifest_invalid", {
    detail: `${errors.length > findingsMax ? `More than ${findingsMax}` : errors.length} ${errors.length === 1 ? "problem" : "problems"} in the manifest.`,
    errors: errors.map(({ path, message, code, fix }) => ({
      path,
      message: fix ? `${message} (such as ${fix})` : message,
      code,
    })),
    members: { warnings },
  });

/** Creates the agent with its first version, or takes the version over if it becomes the current one. */
const saveAgent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  before: Agent | undefined,
  publication: Publication,
  { visibility, draft }: PublishOptions,
): Promise<Agent> => {
  const { agentId, version } = publication.document;
  const fields = derivedFields(publication.document);
  if (!before) {
    if (draft) throw problem("draft_needs_release");
    const origin = { tenant: ctx.tenantId, ownerId: ctx.subject, at };
    return await insertAgent(trx, {
      ...origin,
      agentId,
      visibility: visibility ?? "private",
      currentVersion: version,
      fields,
    });
  }
  const moves = !draft && becomesCurrent(before.summary.currentVersion, version);
  const current = moves ? { version, fields } : undefined;
  return await updateAgent(trx, ctx.tenantId, agentId, at, { visibility, current });
};

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
  if (!judged.valid) throw refuse(judged.errors, judged.warnings);
  const publication = toPublication(judged.manifest);
  const { agentId, version } = publication.document;
  const source = sourceOf(ctx.actor.workload, judged.manifest.sourceCommit);
  const about = { dryRun: options.dryRun, warnings: [...judged.warnings, ...source.warnings] };

  const work = async (trx: TenantTransaction<DB>): Promise<Published> => {
    const at = deps.now();
    const before = await lockAgent(trx, ctx.tenantId, agentId);
    const existing = before && (await findVersion(trx, ctx.tenantId, agentId, version));
    const verdict = judgePublish(existing, publication);
    if (verdict.outcome === "conflict") {
      throw problem("version_conflict", {
        detail: `${agentId} ${existing?.version} is published with other content (${existing?.digest}); choose a higher version.`,
        members: { difference: verdict.difference },
      });
    }
    const visibility = options.visibility === before?.summary.visibility ? undefined : options.visibility;
    if (before && existing) {
      const identical = { ...about, outcome: "identical", version: existing.summary } as const;
      if (!visibility) return { result: { ...identical, agent: before.summary } };
      const after = await updateAgent(trx, ctx.tenantId, agentId, at, { visibility });
      const changeId = await recordEvent(trx, ctx, at, { type: "agent.visibility_changed", before, after });
      return { result: { ...identical, agent: after.summary }, changeId };
    }
    const { change, warnings } = before
      ? await judgeVersion(trx, ctx.tenantId, publication.document)
      : { change: undefined, warnings: [] };
    const after = await saveAgent(trx, ctx, at, before, publication, { ...options, visibility });
    const status = options.draft ? "draft" : undefined;
    const origin = { publishedBy: ctx.subject, sourceCommit: source.sourceCommit, at, status } as const;
    const created = await insertVersion(trx, ctx.tenantId, publication, origin);
    const event = {
      type: "agent.version_published",
      before,
      after,
      version,
      details: { digest: publication.digest, ...(status && { status }) },
      isUnreleased: options.draft,
    } as const;
    const changeId = await recordEvent(trx, ctx, at, event);
    const result = { ...about, warnings: [...about.warnings, ...warnings], agent: after.summary, version: created };
    return { result: { ...result, outcome: "created", ...(change && { change }) }, changeId };
  };
  return await inTenant(deps.db, ctx, work, { dryRun: options.dryRun });
};
