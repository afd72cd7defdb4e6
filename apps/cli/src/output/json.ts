import type { CliFailure } from "../failure.ts";

/** JSON escapes C0 itself; DEL and C1 would reach the terminal. */
const escaped = (text: string): string =>
  text.replace(/[\u007f-\u009f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** One document for programs; `oneLine` for those of a stream. */
export const jsonText = (value: unknown, oneLine = false): string =>
  `${escaped(JSON.stringify(value, null, oneLine ? 0 : 2))}\n`;

/** What `--json` prints of a failure; `schemas/error.json` says the same. */
export const jsonFailure = ({
  details: { exitCode: _exitCode, ...error },
}: CliFailure): { readonly error: object } => ({
  error,
});
