import type { BadRelease, SimulatedTemplate } from "./simulation.ts";

/** A version that can turn out badly: the second of the first template that has a third, else of any that has one. */
export const someBadRelease = (templates: readonly SimulatedTemplate[]): BadRelease | undefined => {
  const template =
    templates.find(({ versions }) => versions.length > 2) ?? templates.find(({ versions }) => versions.length > 1);
  const version = template?.versions[1];
  return template && version && { templateId: template.templateId, version: version.version };
};
