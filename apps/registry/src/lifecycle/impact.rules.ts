import type { AgentDetail, AgentSummary, Dependent, FieldChange } from "@nofx/contract-registry";
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

/** Whether dependents get what they declare from the current version. */
export const judgeDependent = (
  dependent: Omit<Dependent, "satisfied">,
  agent: Pick<AgentSummary, "status" | "currentVersion">,
): Dependent => ({
  ...dependent,
  satisfied: satisfies(agent, dependent.range),
});
