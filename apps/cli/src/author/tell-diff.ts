import type { Style } from "../output/style.ts";
import type { DiffOutput } from "./diff.command.ts";

const painted = (line: string, style: Style): string => {
  if (line.startsWith("+++") || line.startsWith("---")) return style.bold(line);
  if (line.startsWith("+")) return style.green(line);
  if (line.startsWith("-")) return style.red(line);
  return line.startsWith("@@") ? style.cyan(line) : line;
};

const paintOf = ({ severity }: DiffOutput["differences"][number], style: Style) =>
  severity === "major" ? style.red : severity === "minor" ? style.yellow : style.dim;

const verdictLine = ({ outcome, message }: NonNullable<DiffOutput["verdict"]>, style: Style): string =>
  outcome === "too_small" || outcome === "taken" ? `${style.red("✗")} ${message}` : `${style.green("✓")} ${message}`;

/** Differences for people: each with what it means, or as a unified diff; then what the version number has to say. */
export const tellDiff = (told: DiffOutput, style: Style): string => {
  const { kind, id, from, to, file, differs, bump, differences, verdict, text } = told;
  const head = `${kind} ${id} ${from ?? "nothing"} → ${to}${file === undefined ? "" : ` (${file})`}`;
  const body =
    text === undefined
      ? differences.map((each) => `  ${paintOf(each, style)(each.severity.padEnd(5))} ${each.path}: ${each.reason}`)
      : text.split("\n").map((line) => painted(line, style));
  const sum = differs ? `The step is ${bump}.` : "Nothing differs.";
  const isCounted = text === undefined && from !== undefined;
  return [
    ...(text === undefined ? [style.bold(head)] : []),
    ...body,
    ...(isCounted ? [sum] : []),
    ...(verdict && text === undefined ? [verdictLine(verdict, style)] : []),
  ].join("\n");
};
