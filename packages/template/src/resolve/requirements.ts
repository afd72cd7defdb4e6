import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { templateDependencies } from "../dependencies.ts";
import type { ResolvedEnvironment } from "../environments/environment.ts";
import { resourceNamed } from "./read-dependencies.ts";
import type { AskedRequirement, Asker } from "./resource.ts";

/** A version of a template, its steps inline. */
export interface VersionToPlan {
  readonly tenant: string;
  readonly document: TemplateVersionDocument;
}

/** What an environment of a version of that tenant asks for. */
export const environmentWants = (tenant: string, { name, agents }: ResolvedEnvironment): AskedRequirement[] => {
  const by: Asker = { kind: "environment", name };
  return Object.entries(agents).flatMap(([agent, range]) => {
    const resource = resourceNamed("agent", agent, tenant);
    return resource ? [{ by, resource, range }] : [];
  });
};

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
  return environment ? [...own, ...environmentWants(tenant, environment)] : own;
};
