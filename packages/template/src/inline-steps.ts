import type { PublishedFile } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import type { TemplatePublication } from "./document.ts";

/** The file that holds a workflow's steps; undefined if they stand inline, or there are none. */
export const stepsFile = ({ content, files = [] }: TemplateVersionDocument): PublishedFile | undefined =>
  content.steps === undefined ? files.find(({ path }) => path === content.versionFile) : undefined;

/**
 * A published document with its steps inline, wherever they were published: what is compared. Not what has a digest. `text`
 * is that of its `stepsFile`.
 */
export const withInlineSteps = (
  document: TemplateVersionDocument,
  text: string | undefined,
): TemplateVersionDocument => {
  if (text === undefined) return document;
  const steps = asArray(asObject(JSON.parse(text)).steps);
  return { ...document, content: { ...document.content, steps } } as TemplateVersionDocument;
};

/** The same of a template that is to be published. */
export const inlinedPublication = ({ document, files }: TemplatePublication): TemplateVersionDocument => {
  const { digest } = stepsFile(document) ?? {};
  const file = files.find(({ description }) => description.digest === digest);
  return withInlineSteps(document, file?.content.toString("utf8"));
};
