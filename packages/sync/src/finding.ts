import type { Finding } from "@nofx/contract-kit";
import type { FileFinding } from "@nofx/document";

export type { FileFinding } from "@nofx/document";

/** What is wrong with a file as a whole, or at a place of it. */
export const fileFinding = (
  file: string,
  code: string,
  message: string,
  place: Partial<Pick<Finding, "path" | "field" | "line" | "column">> = {},
): FileFinding => ({ file, path: "$", field: "", code, message, severity: "error", ...place });
