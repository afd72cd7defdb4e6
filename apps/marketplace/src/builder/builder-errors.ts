import type { ProblemItem } from "@nofx/contract-kit";
import type { HttpProblem } from "@nofx/service-kit";

/** What the builder's callers read of an error. */
type BuilderError = string | { readonly formErrors: string[]; readonly fieldErrors: Record<string, string[]> };

/** The first key of a JSONPath; undefined for the body as a whole. */
const fieldOf = (path: string): string | undefined => {
  const match = /^\$(?:\.([A-Za-z_]\w*)|\["((?:[^"\\]|\\.)*)"\])/.exec(path);
  return match?.[1] ?? match?.[2];
};

const flattened = (errors: readonly ProblemItem[]): BuilderError => {
  const formErrors = errors.flatMap(({ path, message }) => (fieldOf(path) === undefined ? [message] : []));
  const fields = Map.groupBy(
    errors.filter(({ path }) => fieldOf(path) !== undefined),
    ({ path }) => fieldOf(path) as string,
  );
  const fieldErrors = Object.fromEntries(
    [...fields].map(([field, problems]) => [field, problems.map(({ message }) => message)]),
  );
  return { formErrors, fieldErrors };
};

/** The `error` that the builder's callers know: by status, and for a bad request every message by its field. */
export const builderError = ({ status, title, details }: HttpProblem): { error: BuilderError } => {
  if (status === 401) return { error: "admin required" };
  if (status === 404) return { error: "not found" };
  if (status !== 400) return { error: title };
  return { error: details.errors ? flattened(details.errors) : { formErrors: [title], fieldErrors: {} } };
};
