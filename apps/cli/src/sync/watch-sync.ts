import { stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { Result } from "../command.ts";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";
import { CliFailure } from "../failure.ts";
import { findRoots, type Root } from "./find-roots.ts";
import type { SyncOrder } from "./plan-root.ts";
import { watchPaths } from "./saved-paths.ts";
import { syncOnce } from "./sync-once.ts";
import { isAmiss, outputOf, type SyncLine, type SyncOutput } from "./sync-output.ts";

/** Until what has failed for a reason that passes is tried again. */
const retryMs = 2000;

const isDirectory = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
};

/** Of the directories, only the agents and templates that these paths belong to. */
const concernedBy = async (roots: readonly Root[], paths: readonly string[]): Promise<Root[]> => {
  const concerned: Root[] = [];
  for (const root of roots) {
    const names = new Set(paths.map((path) => relative(root.path, path).split(sep)[0] ?? ""));
    const only: string[] = [];
    for (const name of [...names].sort()) {
      if (["", ".."].includes(name) || (root.only && !root.only.includes(name))) continue;
      if (await isDirectory(join(root.path, name))) only.push(name);
    }
    if (only.length > 0) concerned.push({ ...root, only });
  }
  return concerned;
};

/** Without any manifest there is nothing to sync: not now. */
const rootsNow = (cwd: string, paths: readonly string[]): Promise<Root[]> =>
  findRoots(cwd, paths).catch((error: unknown) => {
    if (error instanceof CliFailure && error.details.code === "nothing_found") return [];
    throw error;
  });

const keyOf = ({ kind, file, id }: SyncLine): string => `${kind} ${file ?? id}`;

/** What there is to say of a line beyond that all is well. */
const complaintOf = (line: SyncLine): string => {
  const { action, outcome, problem, findings } = line;
  if (!isAmiss(line) && findings.length === 0) return "";
  return JSON.stringify([action, outcome, problem?.code, problem?.detail, findings]);
};

/** Remembers what was said of each file, and picks what is new. */
const newsTeller = () => {
  const said = new Map<string, string>();
  return (lines: readonly SyncLine[]): SyncLine[] =>
    lines.filter((line) => {
      const [before, now] = [said.get(keyOf(line)) ?? "", complaintOf(line)];
      said.set(keyOf(line), now);
      const isChange = line.outcome === "created" || (line.outcome === undefined && line.action !== "unchanged");
      return before !== now || (isChange && !isAmiss(line));
    });
};

/** Syncs some paths; undefined if that failed for a reason that passes: then they are to be tried again. */
const trySync = async (
  context: Context,
  { paths, saved, order }: { paths: readonly string[]; saved: readonly string[]; order: SyncOrder },
): Promise<SyncOutput | undefined> => {
  try {
    const roots = await concernedBy(await rootsNow(context.cwd, paths), saved);
    return await syncOnce(context, roots, order);
  } catch (error) {
    const { details } = explainError(error, context.calls);
    // A file may be gone by the time it is read; a service may be about to start.
    if (!context.signal?.aborted && details.exitCode !== 3 && details.code !== "file") throw error;
    if (!context.signal?.aborted) context.note(`${context.style.yellow("again in 2 s:")} ${details.message}`);
    return undefined;
  }
};

/** Syncs, and again whenever something is saved, until the signal. What is amiss is tried again with what comes next. */
export async function* watchSync(
  context: Context,
  given: readonly string[],
  order: SyncOrder,
): AsyncGenerator<Result<SyncOutput>> {
  const { cwd, signal } = context;
  const paths = given.map((path) => resolve(cwd, path));
  const watched = await watchPaths(paths, signal);
  const newsOf = newsTeller();
  const amissIn = ({ items }: SyncOutput) =>
    items.filter(isAmiss).flatMap(({ file }) => (file === undefined ? [] : [resolve(cwd, file)]));
  try {
    // Looked for once they are watched: what is saved from here on is seen too.
    const first = await syncOnce(context, await findRoots(cwd, paths), order);
    newsOf(first.items);
    yield { output: first };
    let amiss = amissIn(first);
    let isToRetry = false;
    while (!signal?.aborted) {
      const saved = await watched.next(isToRetry ? retryMs : undefined);
      if (signal?.aborted) return;
      if (saved.length === 0 && !isToRetry) continue;
      const all = [...new Set([...saved, ...amiss])];
      const output = await trySync(context, { paths, saved: all, order });
      isToRetry = output === undefined;
      amiss = output ? amissIn(output) : all;
      const news = newsOf(output?.items ?? []);
      if (news.length > 0) yield { output: outputOf(news, output?.applied ?? false, output?.tenant) };
    }
  } finally {
    await watched.close();
  }
}
