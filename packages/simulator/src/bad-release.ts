import type { BadRelease, SimulatedTemplate } from "./simulation.ts";

const hasSteps = ({ versions }: SimulatedTemplate): boolean => versions.every(({ steps }) => steps.length > 0);

/**
 * A version that can turn out badly: the second of the first workflow that has a third, else of any template that has one.
 * What has steps can say which of them failed.
 */
export const someBadRelease = (templates: readonly SimulatedTemplate[]): BadRelease | undefined => {
  const workflows = templates.filter(hasSteps);
  const template =
    workflows.find(({ versions }) => versions.length > 2) ?? templates.find(({ versions }) => versions.length > 1);
  const version = template?.versions[1];
  return template && version && { templateId: template.templateId, version: version.version };
};
