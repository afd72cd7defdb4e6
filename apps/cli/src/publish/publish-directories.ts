import type { SyncItem, SyncResult } from "@nofx/sync";
import type { ManifestDirectory } from "../author/find-manifests.ts";
import type { Context } from "../context.ts";
import { type Planned, type PublishOptions, planDirectory } from "./plan-publishing.ts";

/** What becomes, or would become, of one version. */
export interface Settled {
  readonly directory: ManifestDirectory;
  readonly item: SyncItem;
  readonly result?: SyncResult;
  /** What is wrong may be right once others of the same call are published. */
  readonly afterOthers: boolean;
}

const isObstacle = ({ action }: SyncItem): boolean =>
  action === "broken" || action === "conflict" || action === "refused";

const writes = ({ action }: SyncItem): boolean => action === "create" || action === "update";

/** What publishing the agents and templates that a template needs may put right. */
const curable = new Set(["dependencies_unsatisfiable", "tests_failed"]);

const isNeedy = (item: SyncItem): boolean => isObstacle(item) && curable.has(item.problem?.code ?? "");

/** Would be published, but without its lock. */
const isWarned = (item: SyncItem): boolean => writes(item) && item.findings.some(({ code }) => curable.has(code));

const hasObstacle = ({ plan }: Planned): boolean => plan.items.some(isObstacle);

/** Versions whose refusal may end with what else is about to be published. */
const mayWait = (planned: Planned, all: readonly Planned[]): boolean =>
  planned.plan.items.every((item) => !isObstacle(item) || isNeedy(item)) &&
  all.some((other) => other !== planned && other.plan.items.some(writes));

const told = ({ directory, plan }: Planned, results: readonly SyncResult[] = [], afterOthers = false): Settled[] =>
  plan.items.map((item) => {
    const result = results.find((each) => each.item === item);
    return { directory, item, ...(result && { result }), afterOthers: afterOthers && isNeedy(item) };
  });

const planAll = async (
  context: Context,
  directories: readonly ManifestDirectory[],
  options: PublishOptions,
): Promise<Planned[]> => {
  const all: Planned[] = [];
  for (const directory of directories) all.push(await planDirectory(context, directory, options));
  return all;
};

/** Publishes what can be, then judges again what had to wait for it, until nothing is left or nothing moves. */
const publishInRounds = async (context: Context, all: readonly Planned[], options: PublishOptions) => {
  const settled: Settled[] = [];
  let left = all;
  while (left.length > 0) {
    const possible = left.filter((planned) => !hasObstacle(planned));
    if (possible.length === 0) return [...settled, ...left.flatMap((planned) => told(planned))];
    const sound = possible.filter(({ plan }) => !plan.items.some(isWarned));
    const ready = sound.length > 0 ? sound : possible;
    const waiting = left.filter((planned) => !ready.includes(planned));
    for (const planned of ready) settled.push(...told(planned, await planned.apply()));
    left = await planAll(
      context,
      waiting.map(({ directory }) => directory),
      options,
    );
  }
  return settled;
};

/**
 * Publishes directories, or with `dryRun` says what would happen. Nothing is written if anything cannot be published,
 * unless it may be once others of these directories are.
 */
export const publishDirectories = async (
  context: Context,
  directories: readonly ManifestDirectory[],
  { dryRun, ...options }: PublishOptions & { readonly dryRun: boolean },
): Promise<Settled[]> => {
  const all = await planAll(context, directories, options);
  const isHopeless = all.some((planned) => hasObstacle(planned) && !mayWait(planned, all));
  if (dryRun || isHopeless) return all.flatMap((planned) => told(planned, [], !isHopeless && hasObstacle(planned)));
  return await publishInRounds(context, all, options);
};
