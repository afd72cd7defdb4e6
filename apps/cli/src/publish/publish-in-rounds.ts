import { isObstacle, type SyncItem, type SyncResult, whatWaits } from "@nofx/sync";
import type { Planned } from "./planned.ts";

/** What became of a version; what cannot be published has no result. */
export interface Settled {
  readonly item: SyncItem;
  readonly result?: SyncResult;
}

/** The versions of a plan that are not settled yet. */
interface Open {
  readonly index: number;
  readonly planned: Planned;
  readonly items: readonly SyncItem[];
}

/** A version as it stays from one plan to the next. */
const keyOf = ({ file, id, version }: SyncItem): string => file ?? `${id} ${version}`;

/** What is to be published; taking away is another matter. */
export const publishableOf = ({ plan }: Pick<Planned, "plan">): readonly SyncItem[] =>
  plan.items.filter(({ action }) => action !== "prune");

/** Which items have to wait for others of these plans, and for what. */
export const waitingIn = (all: readonly Pick<Planned, "kind" | "plan">[]): ReadonlyMap<SyncItem, string> =>
  whatWaits(all.map((each) => ({ kind: each.kind, tenant: each.plan.tenant, items: publishableOf(each) })));

/** What can be published now: nothing above a version that cannot. */
const readyIn = (items: readonly SyncItem[], mustWait: (item: SyncItem) => boolean): SyncItem[] => {
  const held = new Set<string>();
  return items.filter((item) => {
    if (isObstacle(item) || mustWait(item)) held.add(item.id);
    return !held.has(item.id);
  });
};

/**
 * What one round publishes: what waits for nothing; if everything waits for one another, what could be published at all; and
 * if nothing could, what is left, so that each version above one that failed is told to be skipped.
 */
const roundOf = (open: readonly Open[], waits: ReadonlyMap<SyncItem, string>): Open[] => {
  const choices = [
    (items: readonly SyncItem[]) => readyIn(items, (item) => waits.has(item)),
    (items: readonly SyncItem[]) => readyIn(items, () => false),
    (items: readonly SyncItem[]) => [...items],
  ];
  for (const choose of choices) {
    const round = open.map((each) => ({ ...each, items: choose(each.items) }));
    if (round.some(({ items }) => items.length > 0)) return round;
  }
  return [];
};

const agentsFirst = (round: readonly Open[]): Open[] => {
  const { agent = [], template = [] } = Object.groupBy(round, ({ planned }) => planned.kind);
  return [...agent, ...template];
};

/**
 * Publishes what plans say, agents first, then judges again what had to wait for them, until
 * all is settled. Gives for each plan what became of its versions, in its order.
 */
export const publishInRounds = async (
  all: readonly Planned[],
  signal: AbortSignal | undefined,
): Promise<readonly (readonly Settled[])[]> => {
  const settled = all.map(() => new Map<string, Settled>());
  const standing = [...all];
  const openOnes = (): Open[] =>
    standing.map((planned, index) => ({
      index,
      planned,
      items: publishableOf(planned).filter((item) => !settled[index]?.has(keyOf(item))),
    }));
  const carryOut = async ({ index, planned, items }: Open): Promise<boolean> => {
    const results = items.length > 0 ? await planned.apply(items) : [];
    for (const result of results) {
      const { item } = result;
      settled[index]?.set(keyOf(item), isObstacle(item) ? { item } : { item, result });
    }
    return results.some(({ outcome }) => outcome === "created");
  };
  for (;;) {
    const open = openOnes();
    const waits = whatWaits(open.map(({ planned: { kind, plan }, items }) => ({ kind, tenant: plan.tenant, items })));
    const round = roundOf(open, waits);
    if (round.length === 0) break;
    let hasCreated = false;
    for (const one of agentsFirst(round)) hasCreated = (await carryOut(one)) || hasCreated;
    if (!hasCreated || signal?.aborted) continue;
    for (const { index, planned, items } of open) {
      if (items.some((item) => waits.has(item))) standing[index] = await planned.again();
    }
  }
  return all.map((planned, index) => publishableOf(planned).flatMap((item) => settled[index]?.get(keyOf(item)) ?? []));
};
