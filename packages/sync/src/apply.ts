import pMap from "p-map";
import { agentsAtOnce } from "./plan.ts";
import { patiently, type RegistryClient, type SyncProblem } from "./registry.ts";
import { tellItem } from "./tell.ts";
import {
  type ApplyOptions,
  type SyncItem,
  type SyncOutcome,
  type SyncPlan,
  SyncRefused,
  type SyncReport,
  type SyncResult,
} from "./types.ts";

const defaultReason = "Not in the directory that this tenant's agents are published from";

const problems = {
  aborted: { code: "aborted", title: "The sync was ended before" },
  earlier: { code: "earlier_version_failed", title: "An earlier version of the agent was not published" },
  incomplete: { code: "sync_incomplete", title: "Nothing is disabled, as something else failed" },
} as const satisfies Record<string, SyncProblem>;

const isObstacle = ({ action }: SyncItem): boolean =>
  action === "broken" || action === "conflict" || action === "refused";

interface Applying {
  readonly client: RegistryClient;
  readonly plan: SyncPlan;
  readonly options: ApplyOptions;
}

/** What a call throws: there was no answer, so what it should do may be done or not; a second apply finds out. */
const unanswered = (error: unknown, signal: AbortSignal | undefined): SyncProblem => {
  const detail = "It may have been done nevertheless; apply again to find out.";
  if (signal?.aborted) return { code: "aborted", title: "The sync was ended meanwhile", detail };
  const { message } = error as Error;
  return { code: "no_answer", title: "The registry did not answer", detail: `${message}. ${detail}` };
};

const publish = async ({ client, plan, options }: Applying, item: SyncItem): Promise<SyncResult> => {
  const { signal } = options;
  const { visibility } = plan;
  const body = item.manifest as NonNullable<SyncItem["manifest"]>;
  const order = { body, ...(visibility && { visibility }) };
  try {
    const answer = await patiently(() => client.publishAgent(order, signal && { signal }), signal);
    return answer.ok ? { item, outcome: answer.body.outcome } : { item, outcome: "failed", problem: answer.problem };
  } catch (error) {
    return { item, outcome: "failed", problem: unanswered(error, signal) };
  }
};

/** What is wrong with the files, as one problem. */
const brokenProblem = (item: SyncItem): SyncProblem => ({
  code: "file_broken",
  title: "The agent cannot be published as it is",
  detail: tellItem(item),
});

const settle = async (applying: Applying, item: SyncItem, isStopped: boolean): Promise<SyncResult> => {
  if (item.action === "unchanged") return { item, outcome: "identical" };
  if (isObstacle(item)) return { item, outcome: "failed", problem: item.problem ?? brokenProblem(item) };
  if (applying.options.signal?.aborted) return { item, outcome: "skipped", problem: problems.aborted };
  if (isStopped) return { item, outcome: "skipped", problem: problems.earlier };
  return await publish(applying, item);
};

/** One agent's versions, oldest first; none above one that has failed. */
const publishAgent = async (applying: Applying, items: readonly SyncItem[]): Promise<SyncResult[]> => {
  const results: SyncResult[] = [];
  for (const item of items) {
    const isStopped = results.some(({ outcome }) => outcome === "failed" || outcome === "skipped");
    const result = await settle(applying, item, isStopped);
    applying.options.onResult?.(result);
    results.push(result);
  }
  return results;
};

const disable = async ({ client, options }: Applying, item: SyncItem): Promise<SyncResult> => {
  const { signal, pruneReason = defaultReason } = options;
  if (signal?.aborted) return { item, outcome: "skipped", problem: problems.aborted };
  const order = { agentId: item.agentId, body: { status: "disabled", reason: pruneReason } } as const;
  try {
    const answer = await patiently(() => client.setAgentStatus(order, signal && { signal }), signal);
    return answer.ok ? { item, outcome: "disabled" } : { item, outcome: "failed", problem: answer.problem };
  } catch (error) {
    return { item, outcome: "failed", problem: unanswered(error, signal) };
  }
};

/** Takes agents away only when everything else has gone well. */
const prune = async (applying: Applying, items: readonly SyncItem[], isComplete: boolean): Promise<SyncResult[]> => {
  const concurrency = applying.options.concurrency ?? agentsAtOnce;
  const settleOne = async (item: SyncItem): Promise<SyncResult> => {
    const result: SyncResult = isComplete
      ? await disable(applying, item)
      : { item, outcome: "skipped", problem: problems.incomplete };
    applying.options.onResult?.(result);
    return result;
  };
  return await pMap(items, settleOne, { concurrency });
};

const outcomes = ["created", "identical", "disabled", "failed", "skipped"] as const;

const summaryOf = (results: readonly SyncResult[]): SyncReport["summary"] => {
  const count = (outcome: SyncOutcome) => results.filter((result) => result.outcome === outcome).length;
  return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)])) as SyncReport["summary"];
};

/**
 * Does what a plan says. If any of it cannot be done (`broken`, `conflict`, `refused`), nothing is, unless `partial`.
 * Agents are published beside each other, the versions of one in order; after a failure nothing more of that agent is.
 * Publishing the same again changes nothing, so an apply that was cut short can be repeated.
 * @throws SyncRefused before anything is written.
 */
export const applySync = async (
  client: RegistryClient,
  plan: SyncPlan,
  options: ApplyOptions = {},
): Promise<SyncReport> => {
  const obstacles = plan.items.filter(isObstacle);
  if (obstacles.length > 0 && !options.partial) throw new SyncRefused(obstacles, obstacles.map(tellItem).join("\n"));
  const applying = { client, plan, options };
  const agents = Map.groupBy(
    plan.items.filter(({ action }) => action !== "prune"),
    ({ agentId }) => agentId,
  );
  const concurrency = options.concurrency ?? agentsAtOnce;
  const published = (await pMap(agents.values(), (items) => publishAgent(applying, items), { concurrency })).flat();
  const isComplete = published.every(({ outcome }) => outcome !== "failed" && outcome !== "skipped");
  const candidates = options.prune ? plan.items.filter(({ action }) => action === "prune") : [];
  const results = [...published, ...(await prune(applying, candidates, isComplete))];
  return { results, summary: summaryOf(results), aborted: options.signal?.aborted ?? false };
};
