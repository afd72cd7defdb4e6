import type { ProblemItem } from "@nofx/contract-kit";
import type { BundledVersion } from "@nofx/contract-marketplace";
import { versionSuccessorObstacle } from "@nofx/versioning";

type Known = Pick<BundledVersion, "version" | "status" | "successor">;

/** What is said of a successor that was left out. */
export const successorWarning = (obstacle: string): ProblemItem => ({
  path: "$.successor",
  message: `The successor was left out. ${obstacle}`,
  code: "successor_left_out",
});

/** Which new versions of a template keep their successors, and why the others do not. */
export const keptSuccessors = (created: readonly Known[], there: readonly Known[]) => {
  const known = new Map([...there, ...created].map((one) => [one.version, one]));
  const all = new Map(there.flatMap(({ version, successor }) => (successor ? [[version, successor] as const] : [])));
  const kept = new Map<string, string>();
  const obstacles = new Map<string, string>();
  for (const { version, successor } of created) {
    if (successor === undefined) continue;
    const obstacle = versionSuccessorObstacle(version, successor, known.get(successor), all);
    if (obstacle === undefined) {
      all.set(version, successor);
      kept.set(version, successor);
    } else {
      obstacles.set(version, obstacle);
    }
  }
  return { kept, obstacles };
};
