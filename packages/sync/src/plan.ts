import pMap from "p-map";
import { judgeVersions, policyOf } from "./judge-versions.ts";
import type { AnyManifest, Kind, Pruning } from "./kind.ts";
import { readDirectory } from "./read-directory.ts";
import { bodyOf, patiently } from "./service.ts";
import { type PlanOptions, type SyncItem, type SyncPlan, type SyncSummary, syncActions } from "./types.ts";

/** Directories judged or published at once. */
export const directoriesAtOnce = 8;

/** What the tenant has and the directory has not. What is broken is in the directory all the same. */
const missingFrom = async (
  present: ReadonlySet<string>,
  pruning: Pruning,
  tenant: string,
  signal: AbortSignal | undefined,
): Promise<SyncItem<never>[]> => {
  const missing: SyncItem<never>[] = [];
  let cursor: string | undefined;
  do {
    const query = { tenant, limit: 100, ...(cursor !== undefined && { cursor }) };
    const page = bodyOf(await patiently(() => pruning.list(query, signal && { signal }), signal));
    for (const id of page.ids) {
      if (!present.has(id)) missing.push({ action: "prune", id, findings: [] });
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return missing.sort((a, b) => (a.id < b.id ? -1 : 1));
};

const summaryOf = (items: readonly SyncItem[]): SyncSummary => {
  const count = (action: SyncItem["action"]) => items.filter((item) => item.action === action).length;
  return Object.fromEntries(syncActions.map((action) => [action, count(action)])) as SyncSummary;
};

/** Holds a directory of a kind against its service. */
export const plan = async <Manifest extends AnyManifest>(
  kind: Kind<Manifest>,
  directory: string,
  options: PlanOptions,
): Promise<SyncPlan<Manifest>> => {
  const { signal, visibility, only, concurrency = directoriesAtOnce } = options;
  const { semver, pruning } = kind;
  const byId = Map.groupBy(await readDirectory(kind, directory, only), ({ id }) => id);
  const judging = { kind, options, semverPolicy: policyOf(semver, signal) };
  const judged = await pMap(byId.values(), (sources) => judgeVersions(judging, sources), {
    concurrency,
    ...(signal && { signal }),
  });
  const tenant = judged.find((versions) => versions.tenant !== undefined)?.tenant;
  const present = new Set(byId.keys());
  const missing = tenant === undefined || only ? [] : await missingFrom(present, pruning, tenant, signal);
  const items = [...judged.flatMap((versions) => versions.items), ...missing];
  return { items, summary: summaryOf(items), tenant, visibility };
};
