import type { Finding, ProblemItem } from "@nofx/contract-kit";
import type { TestCase, TestReport } from "@nofx/contract-marketplace";

/** How many failing checks are told one by one: more of them help nobody. */
export const failuresMax = 200;

const where = ({ environment, resolution, kind, name }: TestCase): string =>
  [
    kind === "generated" ? `generated input "${name}"` : `test "${name}"`,
    ...(environment === undefined ? [] : [`in environment ${environment}`]),
    ...(resolution === undefined ? [] : [`with the ${resolution} versions of agents`]),
  ].join(" ");

/** Every check of a report that fails, each with its place in the manifest. */
export const failuresIn = ({ cases }: Pick<TestReport, "cases">): ProblemItem[] => {
  const all = cases
    .filter(({ passed }) => !passed)
    .flatMap((one) =>
      one.failures.map(({ path, message, at = "$.content.tests" }) => {
        const found = path === "$" || path === at ? "" : `${path}: `;
        return { path: at, code: "test_failed", message: `${where(one)}: ${found}${message}` };
      }),
    );
  if (all.length <= failuresMax) return all;
  const message = `${all.length - failuresMax} more like these; mend these first`;
  return [...all.slice(0, failuresMax), { path: "$.content.tests", code: "more_findings", message }];
};

/** How the tests went, in a sentence. */
export const failuresTold = ({ passed, failed }: Pick<TestReport, "passed" | "failed">): string =>
  `${failed} of ${passed + failed} checks fail. Mend the template or its tests, and publish again.`;

const fieldOf = (path: string): string => path.replace(/^\$\.?/, "").replace(/\[(\d+)\]/g, ".$1");

/** Something that is told of a publish that takes place all the same. */
export const warned = ({ path, code, message }: ProblemItem): Finding => ({
  path,
  field: fieldOf(path),
  message,
  code,
  severity: "warning",
});

/** What stands against a publish. */
export interface Obstacle {
  readonly code: string;
  readonly title: string;
  readonly details: { readonly detail?: string | undefined; readonly errors?: readonly ProblemItem[] | undefined };
}

/** An obstacle as what is told of a publish that takes place all the same. */
export const obstacleWarned = ({ code, title, details }: Obstacle): Finding[] => {
  const { detail, errors = [] } = details;
  if (errors.length > 0) return errors.map(warned);
  return [warned({ path: "$.content.dependencies", code, message: detail ? `${title}. ${detail}` : title })];
};

/** What is told where somebody has insisted. */
export const forcedWarning = ({ code }: Pick<Obstacle, "code">): Finding =>
  warned({ path: "$", code: "publish_forced", message: `Published by force, in spite of ${code}` });
