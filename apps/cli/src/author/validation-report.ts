import { writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import type { Context } from "../context.ts";
import { annotations } from "../output/annotations.ts";
import { placedMessage, placeOf, tellFindings } from "../output/findings.ts";
import { jsonText } from "../output/json.ts";
import { markdownTable } from "../output/markdown.ts";
import { printable } from "../output/printable.ts";
import { sarifLog } from "../output/sarif.ts";
import { type Style, styleOf } from "../output/style.ts";
import type { Validation } from "./validate.command.ts";

/** How a validation is told. */
export type ReportFormat = "text" | "github" | "sarif" | "markdown" | "json";

/** How pipelines name files: from where the repository was checked out, not from where the command runs. */
type Shown = (file: string) => string;

/** The way from the repository's root, as GitHub Actions tells it, to the working directory; elsewhere the files' own names. */
export const shownAs = ({ cwd, env }: Pick<Context, "cwd" | "env">): Shown => {
  const root = env.GITHUB_WORKSPACE;
  const below = root ? relative(root, cwd) : "..";
  if (!root || below === ".." || below.startsWith(`..${sep}`)) return (file) => file;
  return (file) => relative(root, resolve(cwd, file)).split(sep).join("/");
};

/** Nobody reads more, and the summary of a step ends at a megabyte. */
const rowsMax = 200;

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

const lineOf = ({ summary: { agents, templates, versions, errors, warnings } }: Validation): string => {
  const what = [agents > 0 && counted(agents, "agent"), templates > 0 && counted(templates, "template")];
  return `${what.filter(Boolean).join(", ")} in ${counted(versions, "version")}: ${counted(errors, "error")}, ${counted(warnings, "warning")}`;
};

const asText = (told: Validation, style: Style): string => {
  const verdict = told.valid ? style.green("✓") : style.red("✗");
  const findings = told.findings.length > 0 ? [tellFindings(told.findings, style)] : [];
  return [...findings, `${verdict} ${lineOf(told)}`].join("\n");
};

const asMarkdown = (told: Validation): string => {
  const rows = told.findings
    .slice(0, rowsMax)
    .map((finding) => [finding.severity, placeOf(finding), placedMessage(finding), finding.code]);
  const left = told.findings.length - rows.length;
  return [
    `### ${told.valid ? "✅" : "❌"} nofx validate`,
    lineOf(told),
    ...(rows.length > 0 ? [markdownTable(["", "where", "what", "code"], rows)] : []),
    ...(left > 0 ? [`… and ${left} more.`] : []),
  ].join("\n\n");
};

/** A validation in one of the formats. Texts of it have to be printable. */
export const reportText = (format: ReportFormat, validation: Validation, style: Style, shown: Shown): string => {
  if (format === "json") return jsonText(validation).trimEnd();
  if (format === "text") return asText(validation, style);
  const told = { ...validation, findings: validation.findings.map((each) => ({ ...each, file: shown(each.file) })) };
  if (format === "sarif") return jsonText(sarifLog(told.findings)).trimEnd();
  if (format === "markdown") return asMarkdown(told);
  return [annotations(told.findings), lineOf(told)].filter(Boolean).join("\n");
};

/** Writes what `--report format=file` asks for. */
export const writeReports = async (context: Context, asked: readonly string[], told: Validation): Promise<void> => {
  const plain = styleOf(context.stdout, context.env, false);
  for (const order of asked) {
    const [format = "", ...path] = order.split("=");
    const text = reportText(format as ReportFormat, printable(told), plain, shownAs(context));
    await writeFile(resolve(context.cwd, path.join("=")), `${text}\n`);
  }
};
