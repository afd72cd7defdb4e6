import type { Bump } from "@nofx/contract-kit";
import type { UpgradePlan, UpgradeVerdict } from "@nofx/contract-marketplace";
import { judgeBump, parseRange } from "@nofx/versioning";
import type { UpgradeTarget } from "./upgrade.rules.ts";

/** How large an agent's step from one version to another is. */
export const stepOf = (from: string, to: string): Bump => judgeBump(from, to, "none").declared;

/** Whether a version promises what another one does: semver's promise, which nothing lower and no pre-release makes. */
export const keepsPromise = (from: string, to: string): boolean => parseRange(`^${from}`)?.includes(to) ?? false;

/** What has been found out about an upgrade. */
export interface Findings {
  readonly target: UpgradeTarget;
  readonly agents: UpgradePlan["agents"];
  readonly tests: UpgradePlan["tests"];
  /** Why no lock with the target could be made. */
  readonly conflict: UpgradePlan["problem"];
  /** Why the new version of the template could not be published. */
  readonly refusal: UpgradePlan["problem"];
}

const told = ({ code, title, detail = title }: NonNullable<UpgradePlan["problem"]>): string => `${code}: ${detail}`;

/** The verdict on an upgrade, and why, the gravest reason first. */
export const verdictOf = ({
  target: { agentId, to },
  agents,
  tests,
  conflict,
  refusal,
}: Findings): { readonly verdict: UpgradeVerdict; readonly reasons: string[] } => {
  const locked = [...new Set(agents.map((agent) => agent.locked))];
  const broken = locked.filter((from) => !keepsPromise(from, to));
  const found: [UpgradeVerdict, string][] = [
    ...(conflict ? [["unsatisfiable", told(conflict)] as [UpgradeVerdict, string]] : []),
    ...(refusal ? [["refused", told(refusal)] as [UpgradeVerdict, string]] : []),
    ...(tests && tests.failed > 0
      ? [["tests_failed", `${tests.failed} of ${tests.passed + tests.failed} tests fail`] as [UpgradeVerdict, string]]
      : []),
    ...broken.map((from): [UpgradeVerdict, string] => [
      "breaking",
      `${agentId} goes from ${from} to ${to}, which does not promise what ${from} does`,
    ]),
  ];
  const [gravest] = found;
  if (gravest) return { verdict: gravest[0], reasons: found.map(([, reason]) => reason) };
  const steps = locked.map((from) => `${agentId} goes from ${from} to ${to}, which promises what ${from} does`);
  return { verdict: "compatible", reasons: steps };
};
