import { adviceOn } from "../advice.ts";
import { tellFindings } from "../output/findings.ts";
import type { Style } from "../output/style.ts";
import { isAmiss, type SyncLine, type SyncOutput } from "./sync-output.ts";

const nameOf = ({ kind, id, version }: SyncLine): string =>
  `${kind}:${id}${version === undefined ? "" : ` ${version}`}`;

/** Why a line cannot be, or was not, published. */
export const problemLines = ({ problem, difference = [] }: SyncLine): string[] => {
  if (!problem) return [];
  const { title, detail, errors = [] } = problem;
  return [
    detail ? `${title}: ${detail}` : title,
    ...errors.map(({ path, message }) => `${path}: ${message}`),
    ...difference.map(({ path, reason }) => `${path}: ${reason}`),
  ];
};

/** What to do about a line's problem. */
const nextOf = ({ code, status, least }: NonNullable<SyncLine["problem"]>, file: string | undefined): string => {
  const answered = { code, status: typeof status === "number" ? status : undefined };
  return adviceOn(answered, { file, least: typeof least === "string" ? least : undefined });
};

const verbOf = ({ action, outcome }: SyncLine): string => outcome ?? (action === "prune" ? "surplus" : action);

/** What is as it should be and stays so is only counted. */
export const isTold = ({ action, outcome, findings }: SyncLine): boolean =>
  findings.length > 0 || !(action === "unchanged" && (outcome === undefined || outcome === "identical"));

const lineText = (line: SyncLine, style: Style): string => {
  const paint = isAmiss(line) ? style.red : line.outcome === undefined ? style.cyan : style.green;
  const waits = line.waitsFor === undefined || line.outcome !== undefined ? "" : style.dim(` for ${line.waitsFor}`);
  const problem = line.action === "waits" ? [] : problemLines(line).map((text) => `\n            ${text}`);
  if (line.problem && problem.length > 0)
    problem.push(`\n            ${style.cyan("→")} ${nextOf(line.problem, line.file)}`);
  const findings = line.findings.length === 0 ? [] : [`\n${tellFindings(line.findings, style)}`];
  return [`${paint(verbOf(line).padEnd(10))}  ${nameOf(line)}${waits}`, ...problem, ...findings].join("");
};

const told = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");

/** What it comes to, without what only the service has. */
export const countsOfSync = ({ applied, summary }: SyncOutput): string => {
  const { prune: _prune, ...actions } = summary.actions;
  return told(applied ? summary.outcomes : actions);
};

const lastLine = ({ ok, applied, items, summary }: SyncOutput): string => {
  const { prune, ...actions } = summary.actions;
  const surplus = applied && summary.outcomes.disabled === 0 ? prune : 0;
  const planned = told({ ...actions, "not in the directories": prune });
  if (!applied) return ok ? planned : `${planned}. Nothing was published; --partial publishes the rest`;
  const amiss = items.filter((line) => line.outcome === undefined && isAmiss(line)).length;
  const done = told({ ...summary.outcomes, "not publishable": amiss });
  return `${done}${surplus > 0 ? `. Not in the directories: ${surplus}; --prune disables them` : ""}`;
};

/** A sync for people: what is new, what is wrong, and what it comes to. */
export const tellSync = (output: SyncOutput, style: Style): string => {
  const mark = output.ok ? style.green("✓") : style.red("✗");
  const lines = output.items.filter(isTold).map((line) => lineText(line, style));
  return [...lines, `${mark} ${lastLine(output) || "Nothing to do"}`].join("\n");
};
