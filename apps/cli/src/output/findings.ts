import type { FileFinding } from "@nofx/sync";
import type { Style } from "./style.ts";

/** `file:line:column`, as far as it is known. */
export const placeOf = ({ file, line, column }: Pick<FileFinding, "file" | "line" | "column">): string =>
  line === undefined ? file : `${file}:${line}:${column ?? 1}`;

/** What is wrong, where within the document, and how it could read. */
export const placedMessage = ({ path, message, fix }: Pick<FileFinding, "path" | "message" | "fix">): string => {
  const place = path === "$" || path === "" ? "" : `${path}: `;
  return `${place}${message}${fix === undefined ? "" : ` (such as ${fix})`}`;
};

/** Findings as compilers write them, so that editors and pipelines find the place: `file:line:column: error: message`. */
export const tellFindings = (findings: readonly FileFinding[], style: Style): string =>
  findings
    .map((finding) => {
      const kind = finding.severity === "error" ? style.red("error:") : style.yellow("warning:");
      return `${style.bold(`${placeOf(finding)}:`)} ${kind} ${placedMessage(finding)}`;
    })
    .join("\n");
