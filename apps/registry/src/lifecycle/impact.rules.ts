import type {
  AgentDetail,
  AgentSummary,
  AgentVersionSummary,
  Dependent,
  FieldChange,
  TemplateImpact,
} from "@nofx/contract-registry";
import { differences } from "@nofx/manifest";
import { fieldChanges, satisfies } from "@nofx/versioning";

type Shown = AgentSummary & Pick<AgentDetail, "metadata">;

const fieldsOf = (agent: Shown) => ({
  currentVersion: agent.currentVersion,
  status: agent.status,
  statusReason: agent.statusReason,
  successor: agent.successor,
  name: agent.name,
  description: agent.description,
  capabilities: agent.capabilities,
  tags: agent.tags,
  metadata: agent.metadata,
});

/** What a change shows in the agent itself. */
export const changedFields = (before: Shown, after: Shown): FieldChange[] =>
  fieldChanges(differences(fieldsOf(before), fieldsOf(after)));

type ShownVersion = Pick<AgentVersionSummary, "version" | "status" | "statusReason" | "successor">;

const versionFieldsOf = ({ status, statusReason, successor }: ShownVersion) => ({ status, statusReason, successor });

/** What a change shows in one version, by its place among the agent's versions. */
export const changedVersionFields = (before: ShownVersion, after: ShownVersion): FieldChange[] =>
  fieldChanges(differences(versionFieldsOf(before), versionFieldsOf(after))).map(({ path, ...field }) => ({
    path: `$.versions[?@.version=='${before.version}']${path.slice(1)}`,
    ...field,
  }));

/** That no templates are told of, and why. */
export const noTemplates = (status: Exclude<TemplateImpact["status"], "known">): TemplateImpact => ({
  status,
  dependents: [],
  truncated: false,
});

/** Whether dependents get what they declare from the current version. */
export const judgeDependent = (
  dependent: Omit<Dependent, "satisfied">,
  agent: Pick<AgentSummary, "status" | "currentVersion">,
): Dependent => ({
  ...dependent,
  satisfied: satisfies(agent, dependent.range),
});
