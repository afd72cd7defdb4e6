import type { Difference } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { byKey, byValue, differencesBy } from "@nofx/versioning";
import { severityRules } from "./severity.rules.ts";

/** What tells the members of a template's lists apart. */
const identities = {
  files: byKey("path"),
  tags: byValue,
  "metadata/agents": byValue,
  "content/steps": byKey("id"),
  "content/input": byKey("id"),
};

/** Variables may be described by a JSON Schema of what callers give. */
const schemas = { "content/variables/*/schema": "input" } as const;

/** What differs between two templates' published documents: where (JSONPath, RFC 9535), before and after, and what that means. */
export const templateDifferences: (before: TemplateVersionDocument, after: TemplateVersionDocument) => Difference[] =
  differencesBy({ severities: severityRules, identities, schemas });
