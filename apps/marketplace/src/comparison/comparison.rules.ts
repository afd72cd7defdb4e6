import type { TemplateVersionDocument, VersionFile } from "@nofx/contract-marketplace";
import { type Plan, planDifference, planOf, templateDifferences } from "@nofx/template";
import { classification, prettyForm } from "@nofx/versioning";
import type { z } from "zod";

/** A published document with the text of the file that holds its steps, if a file does. */
export interface Compared {
  readonly document: TemplateVersionDocument;
  readonly stepsText: string | undefined;
}

/** The file that holds a workflow's steps. */
export const stepsFileOf = ({ content }: TemplateVersionDocument): string | undefined =>
  typeof content.versionFile === "string" ? content.versionFile : undefined;

const planIn = ({ document, stepsText }: Compared): Plan =>
  planOf(document.content, [{ path: stepsFileOf(document), content: stepsText }]);

/** Steps are compared as steps, wherever they stand. */
const withInlineSteps = ({ document, stepsText }: Compared): TemplateVersionDocument => {
  if (stepsText === undefined) return document;
  const { steps } = JSON.parse(stepsText) as z.infer<typeof VersionFile>;
  return { ...document, content: { ...document.content, steps } };
};

/** What differs, what that demands of a version number, and what is carried out otherwise. Another template's id is no difference. */
export const comparisonOf = (before: Compared, after: Compared) => {
  const { templateId } = before.document;
  const later = { ...withInlineSteps(after), templateId };
  const { bump, differences } = classification(templateDifferences(withInlineSteps(before), later));
  return { bump, differences, plan: planDifference(planIn(before), planIn(after)) };
};

/** JSON as people read it; a text that is none as it is. */
export const readableJson = (text: string): string => {
  try {
    return prettyForm(JSON.parse(text));
  } catch {
    return text;
  }
};
