import type { AgentVersionDocument } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/manifest";
import type { DB } from "../db/schema.gen.ts";

/** The published versions of an agent, highest first. Drafts are not published, and archived ones not any more. */
const published = (trx: TenantTransaction<DB>, tenant: string, agentId: string) =>
  trx
    .selectFrom("agent_versions")
    .select("document")
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("status", "in", ["active", "deprecated"])
    .orderBy("precedence", "desc")
    .limit(1);

/** The precedence of a release ends in `~`; see `precedenceKey`. */
const releases = (trx: TenantTransaction<DB>, tenant: string, agentId: string) =>
  published(trx, tenant, agentId).where("precedence", "like", "%~");

const toDocument = (row: { document: string } | undefined): AgentVersionDocument | undefined =>
  row && (JSON.parse(row.document) as AgentVersionDocument);

/** The highest release below a document's version; only if there is none, the highest pre-release below it. */
export const findReleaseBelow = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  { agentId, version }: AgentVersionDocument,
): Promise<AgentVersionDocument | undefined> => {
  const key = precedenceKey(version);
  const release = await releases(trx, tenant, agentId).where("precedence", "<", key).executeTakeFirst();
  return toDocument(
    release ?? (await published(trx, tenant, agentId).where("precedence", "<", key).executeTakeFirst()),
  );
};

/** The highest release of an agent. */
export const highestRelease = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
): Promise<AgentVersionDocument | undefined> => toDocument(await releases(trx, tenant, agentId).executeTakeFirst());
