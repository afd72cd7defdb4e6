import type { AgentVersionSummary, Finding, PublishResult } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { Publication } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import { becomesCurrent, type JudgedNumber } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import { derivedFields } from "./agent.rules.ts";
import type { Agent } from "./agent.store.ts";
import { insertAgent, insertVersion, updateAgent } from "./agent-writes.store.ts";
import { judgeVersion } from "./judge-version.ts";
import { recordAgentEvent } from "./record-agent-event.ts";
import type { Standing } from "./version.store.ts";

/** A version to be, with everything that its caller has said of it. */
export interface NewVersion {
  readonly at: Date;
  readonly publication: Publication;
  readonly sourceCommit: string | undefined;
  readonly draft: boolean;
  /** To be set; undefined: as it is, or private for a new agent. */
  readonly visibility: "private" | "public" | undefined;
}

/** What became of it. */
export interface CreatedVersion {
  readonly agent: Agent;
  readonly version: AgentVersionSummary;
  readonly change: PublishResult["change"];
  readonly warnings: readonly Finding[];
  readonly changeId: string;
}

/** Creates the agent with its first version, or takes the version over if it becomes the current one. */
const saveAgent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  standing: Standing | undefined,
  { at, publication, draft, visibility }: NewVersion,
): Promise<Agent> => {
  const { agentId, version } = publication.document;
  const fields = derivedFields(publication.document);
  if (!standing) {
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
  const moves = !draft && becomesCurrent(standing.agent.summary.currentVersion, version);
  const current = moves ? { version, publishedAt: at, fields, hadDependencies: standing.hasDependencies } : undefined;
  return await updateAgent(trx, ctx.tenantId, agentId, at, { visibility, current });
};

/** Writes a version that is not there yet, under the agent's lock. @throws version_bump_too_small, draft_needs_release */
export const createVersion = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  standing: Standing | undefined,
  order: NewVersion,
): Promise<CreatedVersion> => {
  const { at, publication, draft, sourceCommit } = order;
  const before = standing?.agent;
  const judged: JudgedNumber = standing
    ? await judgeVersion(trx, ctx.tenantId, standing, publication.document)
    : { warnings: [] };
  const after = await saveAgent(trx, ctx, standing, order);
  const status = draft ? "draft" : undefined;
  const origin = { publishedBy: ctx.subject, sourceCommit, at, status } as const;
  const version = await insertVersion(trx, ctx.tenantId, publication, origin);
  const changeId = await recordAgentEvent(trx, ctx, at, {
    type: "agent.version_published",
    before,
    after,
    version: publication.document.version,
    details: { digest: publication.digest, ...(status && { status }) },
    isUnreleased: draft,
  });
  return { agent: after, version, change: judged.change, warnings: judged.warnings, changeId };
};
