import type { Conflict } from "./conflict.ts";

/** What helps against a conflict. */
export const adviceOn = ({ code, resource: { kind, tenant, id } }: Pick<Conflict, "code" | "resource">): string => {
  const name = `${kind} ${tenant}/${id}`;
  switch (code) {
    case "absent":
      return `Publish ${name} first, or correct the name; what another tenant has must be public.`;
    case "no_versions":
      return `Release a version of ${name}: there are none but drafts and archived ones.`;
    case "range_invalid":
      return "Correct the range.";
    case "cycle":
      return "Take one of these templates out of the one before it.";
    case "unfit":
      return "Widen one of the ranges, or publish a version that fits them all.";
  }
};
