import { join, relative, sep } from "node:path";
import {
  applySync,
  applyTemplateSync,
  planSync,
  planTemplateSync,
  type SyncItem,
  type SyncPlan,
  type SyncReport,
} from "@nofx/sync";
import type { Context } from "../context.ts";
import type { Root } from "./find-roots.ts";
import type { SyncLine } from "./sync-output.ts";

/** How the sync is meant. */
export interface SyncOrder {
  readonly planOnly: boolean;
  readonly partial: boolean;
  readonly prune: boolean;
  readonly visibility: "private" | "public" | undefined;
}

/** What it takes for a service to have what a directory has, and the way to do it. */
export interface PlannedRoot {
  readonly root: Root;
  readonly plan: SyncPlan;
  /** Does it for these items of the plan, candidates for `prune` among them. */
  apply(items: readonly SyncItem[]): Promise<SyncReport>;
}

/** Asks the directory's service, and writes nothing. */
export const planRoot = async (context: Context, root: Root, { visibility }: SyncOrder): Promise<PlannedRoot> => {
  const { signal } = context;
  const only = root.only && { directories: root.only, anyName: false };
  const [planning, applying] = [{ visibility, only, signal } as const, { partial: true, prune: true, signal } as const];
  if (root.kind === "agent") {
    const client = await context.registry();
    const plan = await planSync(client, root.path, planning);
    const chosen = (items: readonly SyncItem[]) => plan.items.filter((item) => items.includes(item));
    return { root, plan, apply: (items) => applySync(client, { ...plan, items: chosen(items) }, applying) };
  }
  const client = await context.marketplace();
  const plan = await planTemplateSync(client, root.path, planning);
  const chosen = (items: readonly SyncItem[]) => plan.items.filter((item) => items.includes(item));
  return { root, plan, apply: (items) => applyTemplateSync(client, { ...plan, items: chosen(items) }, applying) };
};

/** An item as the command tells it. */
export const lineOf = ({ kind, path }: Root, item: SyncItem, cwd: string): SyncLine => {
  const below = (file: string): string => relative(cwd, join(path, file)).split(sep).join("/");
  const { action, id, version, file, findings, problem, difference } = item;
  return {
    kind,
    id,
    ...(version !== undefined && { version }),
    ...(file !== undefined && { file: below(file) }),
    action,
    ...(problem && { problem: { ...problem, errors: problem.errors && [...problem.errors] } }),
    ...(difference && { difference: [...difference] }),
    findings: findings.map((finding) => ({ ...finding, file: below(finding.file) })),
  };
};
