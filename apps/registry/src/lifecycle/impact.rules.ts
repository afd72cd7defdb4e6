import type { AgentDetail, AgentSummary, Dependent, FieldChange } from "@nofx/contract-registry";
import { differences } from "@nofx/manifest";
import { parseRange } from "@nofx/versioning";

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
  differences(fieldsOf(before), fieldsOf(after)).map(({ severity: _severity, reason: _reason, ...field }) => field);

/** Whether dependents get what they declare from the current version. A disabled agent gives nobody anything. */
export const judgeDependent = (
  dependent: Omit<Dependent, "satisfied">,
  agent: Pick<AgentSummary, "status" | "currentVersion">,
): Dependent => ({
  ...dependent,
  satisfied: agent.status !== "disabled" && parseRange(dependent.range)?.includes(agent.currentVersion) === true,
});
