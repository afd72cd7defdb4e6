import { unwrap } from "@nofx/client";
import pMap from "p-map";
import { judgeAgent, policyOf } from "./judge-agent.ts";
import { readAgents } from "./read-agents.ts";
import { patiently, type RegistryClient } from "./registry.ts";
import { type PlanOptions, type SyncItem, type SyncPlan, type SyncSummary, syncActions } from "./types.ts";

/** Agents judged or published at once. */
export const agentsAtOnce = 8;

/** The tenant's agents that the directory does not have. A broken one is in the directory all the same. */
const missingAgents = async (
  client: RegistryClient,
  tenant: string,
  present: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<SyncItem[]> => {
  const missing: SyncItem[] = [];
  let cursor: string | undefined;
  do {
    const query = { tenant, limit: 100, ...(cursor !== undefined && { cursor }) };
    const page = await unwrap(patiently(() => client.listAgents(query, signal && { signal }), signal));
    for (const { agentId } of page.agents) {
      if (!present.has(agentId)) missing.push({ action: "prune", agentId, findings: [] });
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return missing.sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
};

const summaryOf = (items: readonly SyncItem[]): SyncSummary => {
  const count = (action: SyncItem["action"]) => items.filter((item) => item.action === action).length;
  return Object.fromEntries(syncActions.map((action) => [action, count(action)])) as SyncSummary;
};

/**
 * Says what it would take for the registry to have what the directory has: the registry judges each version in a dry
 * run. A version that follows others which are not published yet is compared with those here, by the registry's rule
 * and the tenant's policy. Nothing is written. Candidates for `prune` are listed once the registry has named the
 * token's tenant, so never of a directory without a single sound agent.
 * @throws ProblemError if the registry refuses the caller rather than an agent, or cannot answer.
 */
export const planSync = async (
  client: RegistryClient,
  directory: string,
  options: PlanOptions = {},
): Promise<SyncPlan> => {
  const { signal, visibility, concurrency = agentsAtOnce } = options;
  const agents = Map.groupBy(await readAgents(directory), ({ agentId }) => agentId);
  const judging = { client, options, semverPolicy: policyOf(client, signal) };
  const judged = await pMap(agents.values(), (sources) => judgeAgent(judging, sources), {
    concurrency,
    ...(signal && { signal }),
  });
  const tenant = judged.find((agent) => agent.tenant !== undefined)?.tenant;
  const present = new Set(agents.keys());
  const missing = tenant === undefined ? [] : await missingAgents(client, tenant, present, signal);
  const items = [...judged.flatMap((agent) => agent.items), ...missing];
  return { items, summary: summaryOf(items), tenant, visibility };
};
