import type { Finding } from "@nofx/contract-kit";

/** Something found in a file of the directory. */
export interface FileFinding extends Finding {
  /** Below the directory, with `/` between names. */
  readonly file: string;
}

/** What is wrong with a file as a whole, or at a place of it. */
export const fileFinding = (
  file: string,
  code: string,
  message: string,
  place: Partial<Pick<Finding, "path" | "field" | "line" | "column">> = {},
): FileFinding => ({ file, path: "$", field: "", code, message, severity: "error", ...place });
