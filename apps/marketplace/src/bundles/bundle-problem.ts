import { BundleError } from "@nofx/bundle";
import { problem } from "../problem.ts";

/** The refusal of a bundle as a problem that names the entry; anything else as it is. */
export const bundleProblem = (thrown: unknown): unknown => {
  if (!(thrown instanceof BundleError)) return thrown;
  const { code, message, entry } = thrown;
  const detail = entry === undefined ? `${message}.` : `${message}: ${JSON.stringify(entry)}.`;
  return problem(code, { detail, ...(entry !== undefined && { members: { entry } }) });
};
