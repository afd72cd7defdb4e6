import { placedMessage, placeOf } from "../output/findings.ts";
import { markdownTable } from "../output/markdown.ts";
import { isAmiss, type SyncLine, type SyncOutput } from "./sync-output.ts";
import { countsOfSync, isTold, problemLines } from "./tell-sync.ts";

/** Nobody reads more, and the summary of a step ends at a megabyte. */
const rowsMax = 200;

const whyOf = (line: SyncLine): string =>
  [
    ...(line.action === "waits" ? [`after ${line.waitsFor}`] : problemLines(line)),
    ...line.findings.map((finding) => `${placeOf(finding)}: ${placedMessage(finding)}`),
  ].join("\n");

const rowOf = (line: SyncLine): string[] => [
  line.outcome ?? line.action,
  `${line.kind}:${line.id}`,
  line.version ?? "",
  whyOf(line),
];

/** A sync as Markdown, for the summary of a job: what is new and what is wrong. What is only in the service is not told. */
export const syncMarkdown = (output: SyncOutput): string => {
  const told = output.items.filter((line) => isTold(line) && (line.action !== "prune" || line.outcome !== undefined));
  const rows = told.slice(0, rowsMax).map(rowOf);
  const what = output.applied ? "nofx sync" : "What nofx sync would publish";
  const amiss = output.items.filter(isAmiss).length;
  return [
    `### ${output.ok ? "✅" : "❌"} ${what}`,
    countsOfSync(output) || "Nothing to do",
    ...(rows.length > 0 ? [markdownTable(["", "what", "version", "why"], rows)] : []),
    ...(told.length > rows.length ? [`… and ${told.length - rows.length} more.`] : []),
    ...(amiss > 0 && !output.applied ? ["It cannot be published like this."] : []),
  ].join("\n\n");
};
