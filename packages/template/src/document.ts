import type { TemplateKind, TemplateManifest, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { type Publication, publicationOf } from "@nofx/document";

/** What publishing a template stores. */
export type TemplatePublication = Publication<TemplateVersionDocument>;

/** Turns a valid template into the document that is published. */
export const toTemplatePublication = (manifest: TemplateManifest): TemplatePublication => publicationOf(manifest);

/** The kind of a content: what it says, else what it looks like. An older workflow does not say. */
export const kindOf = (content: Readonly<Record<string, unknown>>): TemplateKind => {
  const { kind, instructions, steps, versionFile } = content;
  if (kind === "prompt" || kind === "workflow") return kind;
  return instructions !== undefined && steps === undefined && versionFile === undefined ? "prompt" : "workflow";
};
