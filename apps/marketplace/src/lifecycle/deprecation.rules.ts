import type { TemplateSummary, TemplateVersionSummary } from "@nofx/contract-marketplace";
import { type Deprecation, deprecationBy } from "@nofx/versioning";

type Address = Pick<TemplateSummary, "tenant" | "templateId">;
export type TemplateDeprecation = Deprecation<"template", Address>;

const urlOf = ({ tenant, templateId }: Address, version?: string): string => {
  const path = `/api/templates/${templateId}${version === undefined ? "" : `/versions/${encodeURIComponent(version)}`}`;
  return `${path}?tenant=${tenant}`;
};

const tell = deprecationBy({ kind: "template", urlOf });

/** What must be known before a template is relied on, or one version of it. */
export const deprecationOf = (
  template: Pick<TemplateSummary, "tenant" | "templateId" | "deprecatedAt" | "statusReason" | "successor">,
  version?: Pick<TemplateVersionSummary, "deprecatedAt" | "statusReason" | "successor">,
): TemplateDeprecation | undefined =>
  tell({ tenant: template.tenant, templateId: template.templateId }, template, version);
