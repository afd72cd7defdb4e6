import type { AgentSummary, AgentVersionSummary } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import { statusDetails } from "../agents/agent.store.ts";
import type { AgentRegistry, AgentVersions, DB } from "../db/schema.gen.ts";
import type { Candidate, ResolvableAgent } from "./resolve.rules.ts";

interface Address {
  readonly tenant: string;
  readonly agentId: string;
}
type Keys = Pick<Selectable<AgentRegistry>, "tenant_id" | "agent_id">;

const keysOf = (addresses: readonly Address[]) => ({
  tenants: addresses.map(({ tenant }) => tenant),
  agents: addresses.map(({ agentId }) => agentId),
});

/** One statement under the caller's settings, with everything that was asked for in arrays. */
const readAll = <Row>(db: Database<DB>, scope: TenantScope, statement: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
  readInTenant(db, scope, (query: Kysely<DB>) => ({ compile: () => statement.compile(query) }));

/** Those of the agents that the caller may see. */
export const findAgents = async (
  db: Database<DB>,
  scope: TenantScope,
  addresses: readonly Address[],
): Promise<ResolvableAgent[]> => {
  type Row = Keys &
    Pick<
      Selectable<AgentRegistry>,
      | "status"
      | "visibility"
      | "status_reason"
      | "deprecated_at"
      | "successor_tenant"
      | "successor_agent"
      | "current_version"
    >;
  const { tenants, agents } = keysOf(addresses);
  const rows = await readAll(
    db,
    scope,
    sql<Row>`
      SELECT a.tenant_id, a.agent_id, a.status, a.visibility, a.status_reason, a.deprecated_at, a.successor_tenant, a.successor_agent,
             a.current_version
      FROM unnest(${tenants}::text[], ${agents}::text[]) AS w (tenant_id, agent_id)
      JOIN agent_registry a ON a.tenant_id = w.tenant_id AND a.agent_id = w.agent_id`,
  );
  return rows.map((row) => ({
    tenant: row.tenant_id,
    agentId: row.agent_id,
    status: row.status as AgentSummary["status"],
    visibility: row.visibility as AgentSummary["visibility"],
    currentVersion: row.current_version,
    ...statusDetails(row),
    ...(row.successor_tenant !== null &&
      row.successor_agent !== null && {
        successor: { tenant: row.successor_tenant, agentId: row.successor_agent },
      }),
  }));
};

/** Which versions the channels point at. */
export const findChannels = async (
  db: Database<DB>,
  scope: TenantScope,
  wanted: readonly (Address & { readonly channel: string })[],
): Promise<(Address & { channel: string; version: string })[]> => {
  if (wanted.length === 0) return [];
  const { tenants, agents } = keysOf(wanted);
  const rows = await readAll(
    db,
    scope,
    sql<Keys & { channel: string; version: string }>`
      SELECT c.tenant_id, c.agent_id, c.channel, c.version
      FROM unnest(${tenants}::text[], ${agents}::text[], ${wanted.map(({ channel }) => channel)}::text[])
        AS w (tenant_id, agent_id, channel)
      JOIN agent_channels c ON c.tenant_id = w.tenant_id AND c.agent_id = w.agent_id AND c.channel = w.channel`,
  );
  return rows.map(({ tenant_id, agent_id, ...rest }) => ({ tenant: tenant_id, agentId: agent_id, ...rest }));
};

/** All versions of some agents and single versions of others, without their documents, in one statement; highest first. */
export const findCandidates = async (
  db: Database<DB>,
  scope: TenantScope,
  all: readonly Address[],
  single: readonly (Address & { readonly version: string })[],
): Promise<(Address & Candidate)[]> => {
  type Row = Pick<
    Selectable<AgentVersions>,
    "tenant_id" | "agent_id" | "version" | "status" | "digest" | "status_reason" | "deprecated_at" | "successor"
  >;
  const columns = sql.raw(
    "v.tenant_id, v.agent_id, v.version, v.status, v.digest, v.status_reason, v.deprecated_at, v.successor, v.precedence",
  );
  const [whole, exact] = [keysOf(all), keysOf(single)];
  const rows = await readAll(
    db,
    scope,
    sql<Row>`
      SELECT ${columns} FROM unnest(${whole.tenants}::text[], ${whole.agents}::text[]) AS w (tenant_id, agent_id)
      JOIN agent_versions v ON v.tenant_id = w.tenant_id AND v.agent_id = w.agent_id
      UNION ALL
      SELECT ${columns}
      FROM unnest(${exact.tenants}::text[], ${exact.agents}::text[], ${single.map(({ version }) => version)}::text[])
        AS w (tenant_id, agent_id, version)
      JOIN agent_versions v ON v.tenant_id = w.tenant_id AND v.agent_id = w.agent_id AND v.version = w.version
      ORDER BY precedence DESC`,
  );
  return rows.map((row) => ({
    tenant: row.tenant_id,
    agentId: row.agent_id,
    version: row.version,
    status: row.status as AgentVersionSummary["status"],
    digest: row.digest,
    ...statusDetails(row),
    ...(row.successor !== null && { successor: row.successor }),
  }));
};

/** The highest versions that can be had of each agent, with what they say they depend on. */
export const findDependingCandidates = async (
  db: Database<DB>,
  scope: TenantScope,
  addresses: readonly Address[],
  versionsMax: number,
): Promise<
  (Address & Pick<AgentVersionSummary, "version" | "digest" | "status"> & { declared: Record<string, string> | null })[]
> => {
  type Row = Keys &
    Pick<Selectable<AgentVersions>, "version" | "digest" | "status"> & { declared: Record<string, string> | null };
  const { tenants, agents } = keysOf(addresses);
  const rows = await readAll(
    db,
    scope,
    sql<Row>`
      SELECT v.tenant_id, v.agent_id, v.version, v.digest, v.status, v.manifest #> '{dependencies,agents}' AS declared
      FROM unnest(${tenants}::text[], ${agents}::text[]) AS w (tenant_id, agent_id)
      CROSS JOIN LATERAL (
        SELECT * FROM agent_versions v
        WHERE v.tenant_id = w.tenant_id AND v.agent_id = w.agent_id AND v.status IN ('active', 'deprecated')
        ORDER BY v.precedence DESC LIMIT ${versionsMax}) v
      ORDER BY v.precedence DESC`,
  );
  return rows.map(({ tenant_id, agent_id, status, ...rest }) => ({
    tenant: tenant_id,
    agentId: agent_id,
    status: status as AgentVersionSummary["status"],
    ...rest,
  }));
};
