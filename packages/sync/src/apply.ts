import type { CallOptions } from "@nofx/client";
import pMap from "p-map";
import type { AnyManifest, Kind } from "./kind.ts";
import { directoriesAtOnce } from "./plan.ts";
import { type Answer, patiently, type SyncProblem } from "./service.ts";
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
import { isObstacle } from "./what-waits.ts";

const problems = {
  aborted: { code: "aborted", title: "The sync was ended before" },
  earlier: { code: "earlier_version_failed", title: "An earlier version was not published" },
  incomplete: { code: "sync_incomplete", title: "Nothing is disabled, as something else failed" },
} as const satisfies Record<string, SyncProblem>;

interface Applying<Manifest extends AnyManifest> {
  readonly kind: Kind<Manifest>;
  readonly plan: SyncPlan<Manifest>;
  readonly options: ApplyOptions;
}

/** What a call throws: there was no answer, so what it should do may be done or not; a second apply finds out. */
const unanswered = (error: unknown, service: string, signal: AbortSignal | undefined): SyncProblem => {
  const detail = "It may have been done nevertheless; apply again to find out.";
  if (signal?.aborted) return { code: "aborted", title: "The sync was ended meanwhile", detail };
  const { message } = error as Error;
  return { code: "no_answer", title: `The ${service} did not answer`, detail: `${message}. ${detail}` };
};

/** Makes a call that writes, and says what became of the item. */
const attempt = async <Manifest extends AnyManifest, Body>(
  { kind, options: { signal } }: Applying<Manifest>,
  item: SyncItem<Manifest>,
  call: (options: CallOptions | undefined) => Promise<Answer<Body>>,
  outcomeOf: (body: Body) => SyncOutcome,
): Promise<SyncResult> => {
  try {
    const answer = await patiently(() => call(signal && { signal }), signal);
    if (!answer.ok) return { item, outcome: "failed", problem: answer.problem };
    const change = answer.headers.get("nofx-change") ?? undefined;
    return { item, outcome: outcomeOf(answer.body), change };
  } catch (error) {
    return { item, outcome: "failed", problem: unanswered(error, kind.service, signal) };
  }
};

const publish = <Manifest extends AnyManifest>(
  applying: Applying<Manifest>,
  item: SyncItem<Manifest>,
): Promise<SyncResult> => {
  const { kind, plan } = applying;
  const { visibility, force } = plan;
  const manifest = item.manifest as Manifest;
  const order = { ...(visibility && { visibility }), ...(force && { force: "true" as const }) };
  return attempt(
    applying,
    item,
    (options) => kind.publish(manifest, order, options),
    ({ outcome }) => outcome,
  );
};

/** What is wrong with the files, as one problem. */
const brokenProblem = (item: SyncItem, noun: string): SyncProblem => ({
  code: "file_broken",
  title: `The ${noun} cannot be published as it is`,
  detail: tellItem(item),
});

const settle = async <Manifest extends AnyManifest>(
  applying: Applying<Manifest>,
  item: SyncItem<Manifest>,
  isStopped: boolean,
): Promise<SyncResult> => {
  const { kind, options } = applying;
  if (item.action === "unchanged") return { item, outcome: "identical" };
  if (isObstacle(item)) return { item, outcome: "failed", problem: item.problem ?? brokenProblem(item, kind.noun) };
  if (options.signal?.aborted) return { item, outcome: "skipped", problem: problems.aborted };
  if (isStopped) return { item, outcome: "skipped", problem: problems.earlier };
  return await publish(applying, item);
};

/** The versions of one id, oldest first; none above one that has failed. */
const publishVersions = async <Manifest extends AnyManifest>(
  applying: Applying<Manifest>,
  items: readonly SyncItem<Manifest>[],
): Promise<SyncResult[]> => {
  const results: SyncResult[] = [];
  for (const item of items) {
    const isStopped = results.some(({ outcome }) => outcome === "failed" || outcome === "skipped");
    const result = await settle(applying, item, isStopped);
    applying.options.onResult?.(result);
    results.push(result);
  }
  return results;
};

const disable = async <Manifest extends AnyManifest>(
  applying: Applying<Manifest>,
  item: SyncItem<Manifest>,
): Promise<SyncResult> => {
  const { kind, options } = applying;
  const reason = options.pruneReason ?? `Not in the directory that this tenant's ${kind.noun}s are published from`;
  if (options.signal?.aborted) return { item, outcome: "skipped", problem: problems.aborted };
  return await attempt(
    applying,
    item,
    (callOptions) => kind.pruning.disable(item.id, reason, callOptions),
    () => "disabled",
  );
};

/** Takes away only when everything else has gone well. */
const prune = async <Manifest extends AnyManifest>(
  applying: Applying<Manifest>,
  isComplete: boolean,
): Promise<SyncResult[]> => {
  const { plan, options } = applying;
  const settleOne = async (item: SyncItem<Manifest>): Promise<SyncResult> => {
    const result: SyncResult = isComplete
      ? await disable(applying, item)
      : { item, outcome: "skipped", problem: problems.incomplete };
    options.onResult?.(result);
    return result;
  };
  const candidates = plan.items.filter(({ action }) => action === "prune");
  return await pMap(candidates, settleOne, { concurrency: options.concurrency ?? directoriesAtOnce });
};

const outcomes = ["created", "identical", "disabled", "failed", "skipped"] as const;

const summaryOf = (results: readonly SyncResult[]): SyncReport["summary"] => {
  const count = (outcome: SyncOutcome) => results.filter((result) => result.outcome === outcome).length;
  return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)])) as SyncReport["summary"];
};

/** Does what a plan of the same kind says. */
export const apply = async <Manifest extends AnyManifest>(
  kind: Kind<Manifest>,
  plan: SyncPlan<Manifest>,
  options: ApplyOptions,
): Promise<SyncReport> => {
  const obstacles = plan.items.filter(isObstacle);
  if (obstacles.length > 0 && !options.partial) throw new SyncRefused(obstacles, obstacles.map(tellItem).join("\n"));
  const applying = { kind, plan, options };
  const byId = Map.groupBy(
    plan.items.filter(({ action }) => action !== "prune"),
    ({ id }) => id,
  );
  const concurrency = options.concurrency ?? directoriesAtOnce;
  const published = (await pMap(byId.values(), (items) => publishVersions(applying, items), { concurrency })).flat();
  const isComplete = published.every(({ outcome }) => outcome !== "failed" && outcome !== "skipped");
  const results = [...published, ...(options.prune ? await prune(applying, isComplete) : [])];
  return { results, summary: summaryOf(results), aborted: options.signal?.aborted ?? false };
};
