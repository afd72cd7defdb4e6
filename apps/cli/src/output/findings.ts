import type { FileFinding } from "@nofx/sync";
import type { Style } from "./style.ts";

const where = ({ file, line, column }: FileFinding): string =>
  line === undefined ? file : `${file}:${line}:${column ?? 1}`;

/** Findings as compilers write them, so that editors and pipelines find the place: `file:line:column: error: message`. */
export const tellFindings = (findings: readonly FileFinding[], style: Style): string =>
  findings
    .map((finding) => {
      const { severity, path, message, fix } = finding;
      const kind = severity === "error" ? style.red("error:") : style.yellow("warning:");
      const place = path === "$" || path === "" ? "" : `${path}: `;
      return `${style.bold(`${where(finding)}:`)} ${kind} ${place}${message}${fix === undefined ? "" : ` (such as ${fix})`}`;
    })
    .join("\n");
