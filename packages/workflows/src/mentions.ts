import type { Step } from "./workflows.ts";

/** The scripts that a command asks npm or pnpm for. */
export const npmScripts = (script: string): string[] => [
  ...[...script.matchAll(/\bnpm run (?:--?\S+ )*([\w:-]+)/g)].map(([, name = ""]) => name),
  ...[...script.matchAll(/\bnpm (test|start)\b/g)].map(([, name = ""]) => name),
  ...[...script.matchAll(/"pnpm@\$\w+" run ([\w:-]+)/g)].map(([, name = ""]) => name),
];

/** Paths of the repository that a text names; what the shell or the job puts in is left out. */
export const paths = (text: string): string[] =>
  [
    ...text.matchAll(/(?<![\w./${}-])(?:\.\/)?((?:apps|docs|infra|packages|scripts|\.github|\.changeset)\/[\w./*-]+)/g),
  ].map(([, path = ""]) => path.replace(/[.]$/, ""));

/** Names of the arguments that a step gives to a Dockerfile. */
export const buildArguments = ({ with: given }: Step): string[] =>
  String(given?.["build-args"] ?? "")
    .split("\n")
    .filter((line) => line.includes("="))
    .map((line) => line.slice(0, line.indexOf("=")).trim());

/** Actions that a text uses, with the comment beside them. */
export const uses = (text: string): { readonly action: string; readonly comment: string }[] =>
  [...text.matchAll(/^\s*(?:- )?uses: (\S+)(?: +#\s*(.*))?$/gm)].map(([, action = "", comment = ""]) => ({
    action,
    comment: comment.trim(),
  }));
