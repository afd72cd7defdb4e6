import { hasPassword, withPassword } from "@nofx/db-kit";
import type { VariableProblem } from "./env-files.ts";

/** `DATABASE_URL`, and those that differ in what stands before or between: `DATABASE_READ_URL`, `MIGRATION_DATABASE_URL`. */
const urlPattern = /^((?:[A-Z]+_)?DATABASE)_(?:([A-Z]+)_)?URL$/;

/**
 * Puts the password of `DATABASE_PASSWORD` into each of `DATABASE_URL`, `DATABASE_…_URL` that has none; likewise with
 * what stands before `DATABASE`. An address that is none stays as it is: whoever checks it says so.
 */
export const fillPasswords = (
  values: Readonly<Record<string, string>>,
): { readonly values: Readonly<Record<string, string>>; readonly problems: readonly VariableProblem[] } => {
  const filled: Record<string, string> = { ...values };
  const problems: VariableProblem[] = [];
  for (const [variable, url] of Object.entries(values)) {
    const [, database, purpose] = urlPattern.exec(variable) ?? [];
    const password = database && values[`${database}_PASSWORD`];
    if (!password || !URL.canParse(url)) continue;
    if (!hasPassword(url)) filled[variable] = withPassword(url, password);
    else if (purpose === undefined)
      problems.push({ variable, message: `${variable}: has a password, and ${database}_PASSWORD is given, too` });
  }
  return { values: filled, problems };
};
