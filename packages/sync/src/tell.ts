import type { FileFinding } from "./finding.ts";
import type { SyncProblem } from "./service.ts";
import type { SyncItem, SyncResult } from "./types.ts";

const tellFinding = ({ file, line, column, path, message, fix }: FileFinding): string => {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === "$" ? "" : `${path}: `}${message}${fix === undefined ? "" : ` (such as ${fix})`}`;
};

const tellProblem = (where: string, { title, detail, errors = [] }: SyncProblem): string => {
  const lines = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join("");
  return `${where}: ${title}${detail ? `: ${detail}` : ""}${lines}`;
};

const nameOf = ({ file, id }: SyncItem): string => file ?? id;

/** An item for people: what is wrong with it, each finding in a line as compilers write them, or what would be done. */
export const tellItem = (item: SyncItem): string => {
  if (item.problem) return tellProblem(nameOf(item), item.problem);
  const errors = item.findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return errors.map(tellFinding).join("\n");
  return `${nameOf(item)}: ${item.action}${item.version === undefined ? "" : ` ${item.version}`}`;
};

/** What became of an item, for people. */
export const tellResult = ({ item, outcome, problem }: SyncResult): string =>
  problem ? tellProblem(nameOf(item), problem) : `${nameOf(item)}: ${outcome}`;
