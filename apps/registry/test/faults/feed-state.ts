import type { Change } from "@nofx/contract-registry";
import type pg from "pg";

/** What the feed says of agents and versions, as lines. */
export const told = (changes: readonly Change[]): Set<string> => {
  const agents = new Map<string, string>();
  const lines = new Set<string>();
  for (const { resourceType, resourceId, type, version, data } of changes) {
    if (resourceType !== "agent") continue;
    agents.set(resourceId, `${resourceId} is ${data.visibility} at ${data.currentVersion}`);
    if (type === "agent.version_published") lines.add(`${resourceId}@${version} ${data.digest}`);
  }
  for (const line of agents.values()) lines.add(line);
  return lines;
};

/** The same of the tables. */
export const stored = async (admin: pg.Client): Promise<Set<string>> => {
  const { rows } = await admin.query<{ line: string }>(`
    SELECT agent_id || ' is ' || visibility || ' at ' || current_version AS line FROM registry.agent_registry
    UNION ALL SELECT agent_id || '@' || version || ' ' || digest FROM registry.agent_versions`);
  return new Set(rows.map(({ line }) => line));
};

/** Agents whose changes come in another order than they took effect: the audit log is written under the agent's lock. */
export const reorderedAgents = async (admin: pg.Client, changes: readonly Change[]): Promise<string[]> => {
  const { rows } = await admin.query<{ agent: string; ids: string[] }>(`
    SELECT resource_id AS agent, array_agg(change_id::text ORDER BY id) AS ids
    FROM registry.audit_log WHERE resource_type = 'agent' GROUP BY resource_id`);
  const inFeed = Map.groupBy(changes, ({ resourceId }) => resourceId);
  return rows
    .filter(({ agent, ids }) => (inFeed.get(agent) ?? []).map(({ id }) => id).join() !== ids.join())
    .map(({ agent }) => agent);
};
