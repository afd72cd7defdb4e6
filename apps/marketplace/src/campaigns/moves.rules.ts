import { campaignLimits, type DependencyLock, type UpgradePlan } from "@nofx/contract-marketplace";
import type { UpgradedLock } from "./freshness.rules.ts";
import type { UpgradeTarget } from "./upgrade.rules.ts";

type Moves = UpgradePlan["moves"];

const versionsIn = ({ agents, templates }: DependencyLock): Map<string, string> =>
  new Map(
    Object.entries({ agent: agents, template: templates }).flatMap(([kind, entries]) =>
      Object.entries(entries).map(([name, { version }]): [string, string] => [`${kind} ${name}`, version]),
    ),
  );

const movesOf = (before: DependencyLock, after: DependencyLock): Omit<Moves[number], "environment">[] => {
  const [was, is] = [versionsIn(before), versionsIn(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [from, to] = [was.get(name), is.get(name)];
    if (from === to) return [];
    return [{ name, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
  });
};

/** What else than the target's agent moves from some locks to those that take their places, in their order. */
export const otherMoves = (
  before: readonly DependencyLock[],
  after: readonly UpgradedLock[],
  { tenant, agentId }: UpgradeTarget,
): Moves =>
  after
    .flatMap(({ environment, lock }, index) =>
      movesOf(before[index] as DependencyLock, lock).map((move) => ({
        ...(environment !== undefined && { environment }),
        ...move,
      })),
    )
    .filter(({ name }) => name !== `agent ${tenant}/${agentId}`)
    .slice(0, campaignLimits.toldMax);
