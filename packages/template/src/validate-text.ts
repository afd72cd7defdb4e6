import type { TemplateManifest } from "@nofx/contract-marketplace";
import {
  type Assembly,
  asObject,
  judgeText,
  type ManifestRules,
  withFiles,
  withoutSchemaReference,
} from "@nofx/document";
import { type TemplateValidation, validateTemplate } from "./validate.ts";

const assemble = (templateJson: unknown, beside: ReadonlyMap<string, Uint8Array>): Assembly => {
  if (asObject(templateJson) !== templateJson) return { manifest: templateJson, findings: [] };
  const { files: listed, ...content } = withoutSchemaReference(asObject(templateJson));
  const files = withFiles(listed, beside);
  return { manifest: { ...content, ...(files !== undefined && { files }) }, findings: [] };
};

const rules: ManifestRules<TemplateManifest> = { assemble, validate: validateTemplate };

/**
 * Judges the text of a template.json, with the files that are published with it: what is wrong with the text and with
 * the template, each with line and column where it lies in the text.
 */
export const validateTemplateText = (text: string, files?: ReadonlyMap<string, Uint8Array>): TemplateValidation =>
  judgeText(rules, text, files);
