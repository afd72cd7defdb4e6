import { join, relative, sep } from "node:path";
import type { SyncItem } from "@nofx/sync";
import type { Context } from "../context.ts";
import { type Planned, planOf } from "../publish/planned.ts";
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
  readonly planned: Planned;
}

/** Asks the directory's service, and writes nothing. */
export const planRoot = async (context: Context, root: Root, { visibility }: SyncOrder): Promise<PlannedRoot> => {
  const only = root.only && { directories: root.only, anyName: false };
  return { root, planned: await planOf(context, root.kind, root.path, { visibility, only }) };
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
