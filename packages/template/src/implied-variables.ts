import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { placeholderReferences, type Reference } from "./reference.ts";
import { variableReferences } from "./validate-steps.ts";

/** The references to variables in a prompt, with whole paths. */
export const promptReferences = (content: Readonly<Record<string, unknown>>): Reference[] => [
  ...placeholderReferences(content.instructions, ["content", "instructions"]),
  ...asArray(content.input).flatMap((part, index) =>
    placeholderReferences(asObject(part).text, ["content", "input", index, "text"]),
  ),
];

/** A variable that nobody has declared: callers must give it a text. */
const implied = { type: "string", required: true };

/**
 * A document with its steps inline and its variables declared, also those that it only uses: what is compared. One that
 * declares variables uses no others.
 */
export const withImpliedVariables = (document: TemplateVersionDocument): TemplateVersionDocument => {
  const { content } = document;
  if (content.variables !== undefined) return document;
  const references = [...promptReferences(content), ...variableReferences(asArray(content.steps))];
  if (references.length === 0) return document;
  const variables = Object.fromEntries(references.map(({ name }) => [name, implied]));
  return { ...document, content: { ...content, variables } } as TemplateVersionDocument;
};
