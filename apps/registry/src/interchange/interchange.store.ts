import type { AgentVersionDocument } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import type { AgentAddress } from "../agents/address.ts";
import type { DB } from "../db/schema.gen.ts";

/** A version's document, and since when it is there. */
export const findPublished = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, agentId }: AgentAddress,
  version: string,
): Promise<{ document: AgentVersionDocument; publishedAt: string } | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("agent_versions")
      .select(["document", "published_at"])
      .where("tenant_id", "=", tenant)
      .where("agent_id", "=", agentId)
      .where("version", "=", version),
  );
  return row && { document: JSON.parse(row.document), publishedAt: row.published_at.toISOString() };
};
