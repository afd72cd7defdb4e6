import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ProblemError } from "@nofx/client";
import type { Problem, Visibility } from "@nofx/contract-kit";
import type { SyncPlan } from "@nofx/sync";
import { findManifests, type ManifestDirectory } from "../author/find-manifests.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { type Planned, planOf } from "./planned.ts";

export interface PublishOptions {
  readonly visibility: Visibility | undefined;
  readonly force: boolean;
}

/** A directory and what publishing it would do. */
export interface PlannedDirectory {
  readonly directory: ManifestDirectory;
  readonly planned: Planned;
}

/** All agents' and templates' directories at the paths, each once, agents first. */
export const findDirectories = async (cwd: string, paths: readonly string[]): Promise<ManifestDirectory[]> => {
  const directories = new Map<string, ManifestDirectory>();
  for (const path of paths) {
    const { directories: found, file } = await findManifests(resolve(cwd, path), path);
    if (file !== undefined)
      throw usageFailure(`${path} is no directory`, "Name the directory that the manifest is in.");
    for (const each of found) directories.set(`${each.kind} ${each.path}`, each);
  }
  return [...directories.values()].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
};

/** A refusal of the caller says nothing of the directory. */
const throwIfForbidden = ({ items }: SyncPlan): void => {
  const forbidden = items.find(({ problem }) => problem?.status === 403);
  if (forbidden) throw new ProblemError(forbidden.problem as Problem);
};

/** Says what publishing a directory would do; nothing is written. */
export const planDirectory = async (
  context: Context,
  directory: ManifestDirectory,
  { visibility, force }: PublishOptions,
): Promise<PlannedDirectory> => {
  const { kind, path, isNamed } = directory;
  const only = { directories: [basename(path)], anyName: isNamed };
  const planned = await planOf(context, kind, dirname(path), { visibility, force, only });
  throwIfForbidden(planned.plan);
  return { directory, planned };
};

/** The path of a file of a plan as people see it. */
export const shownFile = (cwd: string, { path }: ManifestDirectory, file: string): string =>
  relative(cwd, join(dirname(path), file))
    .split(sep)
    .join("/");
