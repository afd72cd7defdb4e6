import type { FieldChange } from "@nofx/contract-kit";
import type { TemplateDependent, TemplateDetail, TemplateSummary } from "@nofx/contract-marketplace";
import { byValue, differencesBy, fieldChanges, satisfies } from "@nofx/versioning";

type Shown = TemplateSummary & Pick<TemplateDetail, "metadata">;

/** What follows from the version or the status, without the bookkeeping. */
const fieldsOf = (template: Shown) => ({
  currentVersion: template.currentVersion,
  status: template.status,
  statusReason: template.statusReason,
  successor: template.successor,
  name: template.name,
  description: template.description,
  category: template.category,
  tags: template.tags,
  license: template.license,
  owner: template.owner,
  agents: template.agents,
  metadata: template.metadata,
});

const identities = { tags: byValue, agents: byValue, "metadata/agents": byValue };
const differences = differencesBy({ severities: [], identities, schemas: {} });

/** What a change shows in the template itself. */
export const changedFields = (before: Shown, after: Shown): FieldChange[] =>
  fieldChanges(differences(fieldsOf(before), fieldsOf(after)));

/** Whether dependents get what they declare from the current version. */
export const judgeDependent = (
  dependent: Omit<TemplateDependent, "satisfied">,
  template: Pick<TemplateSummary, "status" | "currentVersion">,
): TemplateDependent => ({ ...dependent, satisfied: satisfies(template, dependent.range) });
