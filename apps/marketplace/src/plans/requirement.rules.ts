import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import {
  type AskedRequirement,
  type Asker,
  type ResolvedEnvironment,
  resourceNamed,
  templateDependencies,
} from "@nofx/template";

/** A version of a template, its steps inline. */
export interface VersionToPlan {
  readonly tenant: string;
  readonly document: TemplateVersionDocument;
}

/** Everything that is wanted from the outset: by the template, and by the environment it is to run in. */
export const requirementsOf = (
  { tenant, document }: VersionToPlan,
  environment: ResolvedEnvironment | undefined,
): AskedRequirement[] => {
  const template: Asker = { kind: "template", tenant, id: document.templateId, version: document.version };
  const own = templateDependencies(document).map((on): AskedRequirement => {
    const { kind, id, range } = on;
    return { by: template, resource: { kind, tenant: on.tenant ?? tenant, id }, range };
  });
  if (!environment) return own;
  const by: Asker = { kind: "environment", name: environment.name };
  const ofEnvironment = Object.entries(environment.agents).flatMap(([name, range]) => {
    const resource = resourceNamed("agent", name, tenant);
    return resource ? [{ by, resource, range }] : [];
  });
  return [...own, ...ofEnvironment];
};
