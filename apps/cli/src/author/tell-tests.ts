import type { TestCase } from "@nofx/contract-marketplace";
import { tellFindings } from "../output/findings.ts";
import type { Style } from "../output/style.ts";
import type { TemplateRun, TestOutput } from "./test.command.ts";

const distinct = (values: readonly (string | undefined)[]): string =>
  [...new Set(values.filter((value) => value !== undefined))].join(", ");

/** Where the cases of a test ran: environments × choices of agents. */
const placesOf = (cases: readonly TestCase[]): string =>
  [distinct(cases.map(({ environment }) => environment)), distinct(cases.map(({ resolution }) => resolution))]
    .filter((part) => part !== "")
    .join(" × ");

const line = (name: string, cases: readonly TestCase[], style: Style): string => {
  const failed = cases.filter(({ passed }) => !passed);
  const where = style.dim(`(${placesOf(failed.length > 0 ? failed : cases)})`);
  return failed.length > 0
    ? `  ${style.red("✗")} ${name} ${where}: ${failed.length} of ${cases.length} failed`
    : `  ${style.green("✓")} ${name} ${where}`;
};

const agentLines = ({ agents }: TemplateRun): string[] =>
  agents
    .filter(({ versions }) => Object.keys(versions).length > 0)
    .map(({ resolution, environment, versions }) => {
      const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      return `  ${resolution}${environment === undefined ? "" : ` in ${environment}`}: ${named.join(", ")}`;
    });

const tellRun = (run: TemplateRun, style: Style): string => {
  const declared = Map.groupBy(
    run.cases.filter(({ kind }) => kind === "declared"),
    ({ name }) => name,
  );
  const generated = run.cases.filter(({ kind }) => kind === "generated");
  return [
    `${style.bold(run.file)} ${run.version}${run.offline ? style.dim(" (offline)") : ""}`,
    ...[...declared].map(([name, cases]) => line(name, cases, style)),
    ...(generated.length > 0 ? [line("Inputs at the edges of what variables take", generated, style)] : []),
    ...agentLines(run).map(style.dim),
  ].join("\n");
};

/** A test report for people: each test, where it ran, then every failure at its place. */
export const tellTests = ({ passed, templates, findings, summary }: TestOutput, style: Style): string => {
  const told = `${summary.passed} passed, ${summary.failed} failed`;
  return [
    ...templates.map((run) => tellRun(run, style)),
    ...(findings.length > 0 ? [tellFindings(findings, style)] : []),
    passed ? `${style.green("✓")} ${told}` : `${style.red("✗")} ${told}`,
  ].join("\n");
};
