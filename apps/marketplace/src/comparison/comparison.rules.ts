import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { classifyTemplates, type Plan, planDifference, planOf, stepsFile, withInlineSteps } from "@nofx/template";
import { prettyForm } from "@nofx/versioning";

/** A published document with the text of the file that holds its steps, if a file does. */
export interface Compared {
  readonly document: TemplateVersionDocument;
  readonly stepsText: string | undefined;
}

const planIn = ({ document, stepsText }: Compared): Plan =>
  planOf(document.content, [{ path: stepsFile(document)?.path, content: stepsText }]);

/** What differs, what that demands of a version number, and what is carried out otherwise. Another template's id is no difference. */
export const comparisonOf = (before: Compared, after: Compared) => {
  const { templateId } = before.document;
  const [earlier, later] = [before, after].map(({ document, stepsText }) => ({
    ...withInlineSteps(document, stepsText),
    templateId,
  })) as [TemplateVersionDocument, TemplateVersionDocument];
  const { bump, differences } = classifyTemplates(earlier, later);
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
