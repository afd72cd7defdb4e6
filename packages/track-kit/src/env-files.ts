import { readFileSync } from "node:fs";

/** Environment variables as they come. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Something that is wrong with one variable. */
export interface VariableProblem {
  /** The variable that is not to be had. */
  readonly variable: string;
  /** The name under which it was given, and what is the matter. */
  readonly message: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "is not there",
  EACCES: "may not be read by this process",
  EPERM: "may not be read by this process",
  EISDIR: "is a directory, not a file",
};

const reasonOf = ({ code = "", message }: NodeJS.ErrnoException): string =>
  reasons[code] ?? `cannot be read: ${message}`;

/** A file's text without one trailing line break, or why there is none. */
const readText = (path: string): { readonly text: string } | { readonly reason: string } => {
  try {
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    return text === "" ? { reason: "is empty" } : { text };
  } catch (error) {
    return { reason: reasonOf(error as NodeJS.ErrnoException) };
  }
};

/**
 * The values of variables, each given as `X` or as `X_FILE`, the path of a file that holds it. One that is empty counts
 * as not given: what passes variables on often cannot leave one out.
 */
export const readVariables = (
  names: readonly string[],
  source: Variables,
): { readonly values: Readonly<Record<string, string>>; readonly problems: readonly VariableProblem[] } => {
  const values: Record<string, string> = {};
  const problems: VariableProblem[] = [];
  for (const variable of names) {
    const given = source[variable] || undefined;
    const path = source[`${variable}_FILE`] || undefined;
    if (path === undefined) {
      if (given !== undefined) values[variable] = given;
    } else if (given !== undefined) {
      problems.push({ variable, message: `${variable}: is given twice, also as ${variable}_FILE` });
    } else {
      const read = readText(path);
      if ("text" in read) values[variable] = read.text;
      else problems.push({ variable, message: `${variable}_FILE: "${path}" ${read.reason}` });
    }
  }
  return { values, problems };
};
