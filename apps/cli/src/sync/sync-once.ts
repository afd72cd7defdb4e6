import type { SyncItem } from "@nofx/sync";
import type { Context } from "../context.ts";
import { publishableOf, publishInRounds, type Settled, waitingIn } from "../publish/publish-in-rounds.ts";
import type { Root } from "./find-roots.ts";
import { lineOf, type PlannedRoot, planRoot, type SyncOrder } from "./plan-root.ts";
import { isAmiss, isObstacle, outputOf, type SyncLine, type SyncOutput } from "./sync-output.ts";

const isCandidate = ({ action }: SyncItem): boolean => action === "prune";

const planAll = async (context: Context, roots: readonly Root[], order: SyncOrder): Promise<PlannedRoot[]> => {
  const all: PlannedRoot[] = [];
  // Agents are told before the templates that use them.
  const inOrder = roots.toSorted((a, b) => Number(a.kind === "template") - Number(b.kind === "template"));
  for (const root of inOrder) all.push(await planRoot(context, root, order));
  return all;
};

/** What no directory of its kind has: with several of them, each names what only the others have. */
const candidatesOf = (all: readonly PlannedRoot[]): Map<PlannedRoot, readonly SyncItem[]> =>
  new Map(
    all.map((one, index) => {
      const others = all.filter(({ root }, other) => other !== index && root.kind === one.root.kind);
      const isFirst = others.every((other) => all.indexOf(other) > index);
      const isNowhere = ({ id }: SyncItem): boolean =>
        others.every(({ planned: { plan } }) => plan.items.some((item) => isCandidate(item) && item.id === id));
      const candidates = one.planned.plan.items.filter((item) => isCandidate(item) && isNowhere(item));
      return [one, isFirst ? candidates : []];
    }),
  );

/** What there is to publish; those that are refused only as long as others of the same sync are not there wait for them. */
const plannedLines = (context: Context, all: readonly PlannedRoot[]): SyncLine[] => {
  const waits = waitingIn(all.map(({ planned }) => planned));
  return all.flatMap(({ root, planned }) =>
    publishableOf(planned).map((item) => {
      const line = lineOf(root, item, context.cwd);
      const waitsFor = isObstacle(line) ? waits.get(item) : undefined;
      return waitsFor === undefined ? line : { ...line, action: "waits", waitsFor };
    }),
  );
};

const doneLine = (context: Context, root: Root, { item, result }: Settled): SyncLine => {
  const line = lineOf(root, item, context.cwd);
  if (!result) return line;
  const { outcome, problem } = result;
  return {
    ...line,
    outcome,
    ...(problem && { problem: { ...problem, errors: problem.errors && [...problem.errors] } }),
  };
};

const publishAll = async (context: Context, all: readonly PlannedRoot[]): Promise<SyncLine[]> => {
  const settled = await publishInRounds(
    all.map(({ planned }) => planned),
    context.signal,
  );
  return all.flatMap(({ root }, index) => (settled[index] ?? []).map((each) => doneLine(context, root, each)));
};

/** Takes away templates before the agents that they use. */
const pruneAll = async (
  context: Context,
  candidates: ReadonlyMap<PlannedRoot, readonly SyncItem[]>,
): Promise<SyncLine[]> => {
  const lines: SyncLine[] = [];
  for (const kind of ["template", "agent"]) {
    for (const [{ root, planned }, items] of candidates) {
      if (root.kind !== kind) continue;
      for (const result of await planned.apply(items)) {
        lines.push(doneLine(context, root, { item: result.item, result }));
      }
    }
  }
  return lines;
};

/** Holds directories against the services and, unless only that is asked for, publishes what is new. */
export const syncOnce = async (context: Context, roots: readonly Root[], order: SyncOrder): Promise<SyncOutput> => {
  const all = await planAll(context, roots, order);
  const tenant = all.find(({ planned: { plan } }) => plan.tenant !== undefined)?.planned.plan.tenant;
  const candidates = candidatesOf(all);
  const toPrune = [...candidates].flatMap(([{ root }, items]) => items.map((item) => lineOf(root, item, context.cwd)));
  const toPublish = plannedLines(context, all);
  if (order.planOnly || (toPublish.some(isObstacle) && !order.partial)) {
    return outputOf([...toPublish, ...toPrune], false, tenant);
  }
  const lines = await publishAll(context, all);
  const isComplete = !lines.some(isAmiss) && !context.signal?.aborted;
  const pruned = order.prune && isComplete ? await pruneAll(context, candidates) : toPrune;
  return outputOf([...lines, ...pruned], true, tenant);
};
