import { canonicalForm } from "@nofx/canonical";
import { createTwoFilesPatch } from "diff";

/** A document as people read it: keys in canonical order, two spaces. */
export const prettyForm = (value: unknown): string => `${JSON.stringify(JSON.parse(canonicalForm(value)), null, 2)}\n`;

/** Beyond that many changed lines nobody reads a diff, and its time grows with their square (here to a tenth of a second). */
const editsMax = 1_000;

/** A text, and what it is called in a diff. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Unified diff of two texts; says only that they differ if they differ too much. */
export const unifiedDiff = (before: NamedText, after: NamedText): string => {
  if (before.text === after.text) return "";
  const patch = createTwoFilesPatch(before.name, after.name, before.text, after.text, undefined, undefined, {
    context: 3,
    maxEditLength: editsMax,
  });
  return patch?.replace(/^=+\n/, "") ?? `Files ${before.name} and ${after.name} differ in too many lines to show\n`;
};
