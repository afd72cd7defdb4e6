import type { AgentVersionDocument, AgentVersionSummary, Settings } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { type PublishedVersion, precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { settingsRow, toSettings } from "../settings/settings.store.ts";
import { type Agent, toAgent, toVersion, type VersionRow, versionColumns, versionRows } from "./agent.store.ts";

/** A version with its document and its summary. */
export type FoundVersion = PublishedVersion<AgentVersionDocument> & { readonly summary: AgentVersionSummary };

const toFound = ({ document, ...row }: VersionRow & { readonly document: string }): FoundVersion => ({
  version: row.version,
  digest: row.digest,
  document: JSON.parse(document) as AgentVersionDocument,
  summary: toVersion(row),
});

/** A version with its document. Versions that differ only in build metadata are found by each other's name. */
export const findVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  version: string,
): Promise<FoundVersion | undefined> => {
  const row = await trx
    .selectFrom("agent_versions")
    .select([...versionColumns, "document"])
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("precedence", "=", precedenceKey(version))
    .executeTakeFirst();
  return row && toFound(row);
};

export const highestVersions = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  limit: number,
): Promise<AgentVersionSummary[]> => (await versionRows(trx, tenant, agentId).limit(limit).execute()).map(toVersion);

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

/** The highest release of an agent. */
export const highestRelease = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
): Promise<AgentVersionDocument | undefined> => {
  const row = await releases(trx, tenant, agentId).executeTakeFirst();
  return row && (JSON.parse(row.document) as AgentVersionDocument);
};

/** What a version that is to be published meets. */
export interface Standing {
  readonly agent: Agent;
  /** The same version, if it is there already. */
  readonly existing: FoundVersion | undefined;
  /** The highest release below it; only if there is none, the highest pre-release below it. */
  readonly below: AgentVersionDocument | undefined;
  readonly settings: Settings;
  /** Whether the current version depends on other agents. */
  readonly hasDependencies: boolean;
}

const existingColumns = [...versionColumns, "document"] as const;

/** The columns of the left join with the version, under their own names; undefined if there is none. */
const toExisting = (row: Readonly<Record<string, unknown>>): FoundVersion | undefined => {
  if (row.existing_id === null) return undefined;
  const columns = existingColumns.map((column) => [column, row[`existing_${column}`]]);
  return toFound(Object.fromEntries(columns) as Parameters<typeof toFound>[0]);
};

/** What a new version meets, in one statement; undefined if there is no such agent yet. */
export const findStanding = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  { agentId, version }: AgentVersionDocument,
): Promise<Standing | undefined> => {
  const key = precedenceKey(version);
  const row = await trx
    .selectFrom("agent_registry as a")
    .leftJoin("agent_versions as v", (join) =>
      join.on("v.tenant_id", "=", tenant).on("v.agent_id", "=", agentId).on("v.precedence", "=", key),
    )
    .where("a.tenant_id", "=", tenant)
    .where("a.agent_id", "=", agentId)
    .selectAll("a")
    .select(existingColumns.map((column) => `v.${column} as existing_${column}` as const))
    .select((eb) => [
      settingsRow(trx, tenant).as("semver_policy"),
      eb.fn
        .coalesce(
          releases(trx, tenant, agentId).where("precedence", "<", key),
          published(trx, tenant, agentId).where("precedence", "<", key),
        )
        .as("below"),
      eb
        .exists(
          trx
            .selectFrom("agent_dependencies")
            .select("on_agent")
            .where("tenant_id", "=", tenant)
            .where("agent_id", "=", agentId),
        )
        .as("has_dependencies"),
    ])
    .executeTakeFirst();
  if (!row) return undefined;
  const { semver_policy, below } = row;
  return {
    agent: toAgent(row),
    existing: toExisting(row),
    below: below === null ? undefined : (JSON.parse(below) as AgentVersionDocument),
    settings: toSettings(semver_policy === null ? undefined : { semver_policy }),
    hasDependencies: row.has_dependencies === true,
  };
};
