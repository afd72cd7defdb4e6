import { isObstacle, type SyncItem } from "@nofx/sync";
import type { ManifestDirectory } from "../author/find-manifests.ts";
import type { Context } from "../context.ts";
import { type PlannedDirectory, type PublishOptions, planDirectory } from "./plan-publishing.ts";
import { publishInRounds, type Settled, waitingIn } from "./publish-in-rounds.ts";

/** What becomes, or would become, of one version. */
export interface Version extends Settled {
  readonly directory: ManifestDirectory;
  /** What is wrong may be right once others of the same call are published. */
  readonly afterOthers: boolean;
}

/**
 * Publishes directories, or with `dryRun` says what would happen. Nothing is written if anything cannot be published,
 * unless it may be once others of these directories are.
 */
export const publishDirectories = async (
  context: Context,
  directories: readonly ManifestDirectory[],
  { dryRun, ...options }: PublishOptions & { readonly dryRun: boolean },
): Promise<Version[]> => {
  const all: PlannedDirectory[] = [];
  for (const directory of directories) all.push(await planDirectory(context, directory, options));
  const plans = all.map(({ planned }) => planned);
  const waits = waitingIn(plans);
  const isHopeless = (item: SyncItem): boolean => isObstacle(item) && !waits.has(item);
  const isRefused = plans.some(({ plan }) => plan.items.some(isHopeless));
  if (dryRun || isRefused) {
    const mayFollow = (item: SyncItem): boolean => !isRefused && isObstacle(item);
    return all.flatMap(({ directory, planned }) =>
      planned.plan.items.map((item) => ({ directory, item, afterOthers: mayFollow(item) })),
    );
  }
  const settled = await publishInRounds(plans, context.signal);
  return all.flatMap(({ directory }, index) =>
    (settled[index] ?? []).map((each) => ({ ...each, directory, afterOthers: false })),
  );
};
