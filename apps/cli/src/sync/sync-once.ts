import type { SyncItem, SyncReport } from "@nofx/sync";
import type { Context } from "../context.ts";
import type { Root } from "./find-roots.ts";
import { lineOf, type PlannedRoot, planRoot, type SyncOrder } from "./plan-root.ts";
import { isAmiss, isObstacle, outputOf, type SyncLine, type SyncOutput } from "./sync-output.ts";
import { withWaiting } from "./waiting.ts";

const isCandidate = ({ action }: SyncItem): boolean => action === "prune";

const planAll = async (context: Context, roots: readonly Root[], order: SyncOrder): Promise<PlannedRoot[]> => {
  const planned: PlannedRoot[] = [];
  for (const root of roots) planned.push(await planRoot(context, root, order));
  return planned;
};

/** What no directory of its kind has: with several of them, each names what only the others have. */
const candidatesOf = (planned: readonly PlannedRoot[]): Map<PlannedRoot, readonly SyncItem[]> =>
  new Map(
    planned.map((one, index) => {
      const others = planned.filter(({ root }, other) => other !== index && root.kind === one.root.kind);
      const isFirst = others.every((other) => planned.indexOf(other) > index);
      const isNowhere = ({ id }: SyncItem): boolean =>
        others.every(({ plan }) => plan.items.some((item) => isCandidate(item) && item.id === id));
      return [one, isFirst ? one.plan.items.filter((item) => isCandidate(item) && isNowhere(item)) : []];
    }),
  );

const linesOf = (context: Context, one: PlannedRoot, items: readonly SyncItem[]): SyncLine[] =>
  items.map((item) => lineOf(one.root, item, context.cwd));

const publishableOf = ({ plan }: PlannedRoot): SyncItem[] => plan.items.filter((item) => !isCandidate(item));

const doneLines = (context: Context, { root }: PlannedRoot, { results }: SyncReport): SyncLine[] =>
  results.map(({ item, outcome, problem }) => {
    const line = lineOf(root, item, context.cwd);
    if (isObstacle(line)) return line;
    return {
      ...line,
      outcome,
      ...(problem && { problem: { ...problem, errors: problem.errors && [...problem.errors] } }),
    };
  });

const isUnsatisfied = ({ problem }: SyncLine): boolean => problem?.code === "dependencies_unsatisfiable";

/** Publishes a directory; again as long as something was published that others in it, or in the next, may wait for. */
const publishRoot = async (context: Context, planned: PlannedRoot, order: SyncOrder, isStale: boolean) => {
  const told = new Map<string, SyncLine>();
  for (let isAgain = isStale, one = planned; ; isAgain = true) {
    if (isAgain) one = await planRoot(context, one.root, order);
    const lines = doneLines(context, one, await one.apply(publishableOf(one)));
    for (const line of lines) {
      const key = line.file ?? line.id;
      // What a round before has published, this one finds unchanged.
      if (line.action !== "unchanged" || !told.has(key)) told.set(key, line);
    }
    const hasCreated = lines.some(({ outcome }) => outcome === "created");
    if (!hasCreated || !lines.some(isUnsatisfied) || context.signal?.aborted) return [...told.values()];
  }
};

const publishAll = async (context: Context, planned: readonly PlannedRoot[], order: SyncOrder): Promise<SyncLine[]> => {
  const lines: SyncLine[] = [];
  for (const kind of ["agent", "template"]) {
    for (const one of planned.filter(({ root }) => root.kind === kind)) {
      const isStale = kind === "template" && lines.some(({ outcome }) => outcome === "created");
      lines.push(...(await publishRoot(context, one, order, isStale)));
    }
  }
  return lines;
};

/** Takes away templates before the agents that they use. */
const pruneAll = async (
  context: Context,
  candidates: ReadonlyMap<PlannedRoot, readonly SyncItem[]>,
): Promise<SyncLine[]> => {
  const lines: SyncLine[] = [];
  for (const kind of ["template", "agent"]) {
    for (const [one, items] of candidates) {
      if (one.root.kind === kind) lines.push(...doneLines(context, one, await one.apply(items)));
    }
  }
  return lines;
};

/** Holds directories against the services and, unless only that is asked for, publishes what is new. */
export const syncOnce = async (context: Context, roots: readonly Root[], order: SyncOrder): Promise<SyncOutput> => {
  const planned = await planAll(context, roots, order);
  const tenant = planned.find(({ plan }) => plan.tenant !== undefined)?.plan.tenant;
  const candidates = candidatesOf(planned);
  const toPrune = [...candidates].flatMap(([one, items]) => linesOf(context, one, items));
  const toPublish = withWaiting(
    planned.flatMap((one) => linesOf(context, one, publishableOf(one))),
    tenant,
  );
  if (order.planOnly || (toPublish.some(isObstacle) && !order.partial)) {
    return outputOf([...toPublish, ...toPrune], false, tenant);
  }
  const lines = await publishAll(context, planned, order);
  const isComplete = !lines.some(isAmiss) && !context.signal?.aborted;
  const pruned = order.prune && isComplete ? await pruneAll(context, candidates) : toPrune;
  return outputOf([...lines, ...pruned], true, tenant);
};
