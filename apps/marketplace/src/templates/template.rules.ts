import type { TemplateKind, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { kindOf } from "@nofx/template";

/** What a version decides about its template: everything that shows outside the version itself. */
export interface DerivedFields {
  readonly kind: TemplateKind;
  readonly name: string;
  readonly description: string;
  readonly category: string | undefined;
  readonly tags: readonly string[];
  readonly license: string | undefined;
  readonly owner: string | undefined;
  readonly agents: readonly string[];
  readonly environments: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Names of the environments that a content defines, as far as somebody could ask for them. */
const environmentsOf = ({ environments }: TemplateVersionDocument["content"]): string[] =>
  typeof environments === "object" && environments !== null && !Array.isArray(environments)
    ? Object.keys(environments).filter((name) => name !== "" && name.length <= 64)
    : [];

/** The fields that follow from the current version, all of them: a pointer that moves takes them along. */
export const derivedFields = (document: TemplateVersionDocument): DerivedFields => {
  const { metadata = {} } = document;
  return {
    kind: kindOf(document.content),
    name: document.name,
    description: document.description ?? "",
    category: document.category,
    tags: document.tags ?? [],
    license: document.license ?? text(metadata.license),
    owner: text(metadata.owner),
    agents: [...new Set(metadata.agents)],
    environments: environmentsOf(document.content),
    metadata,
  };
};

/** Under what name writes of a template exclude each other, those of the builder included. */
export const templateLock = (tenant: string, templateId: string): string => `template ${tenant}/${templateId}`;

/** Under what name imports into a tenant exclude each other: each holds the locks of many templates. */
export const importLock = (tenant: string): string => `import ${tenant}`;

/** The time of a change: later than that of any state before, whatever the clock says. */
export const timeAfter = (now: Date, before: string | undefined): Date =>
  before === undefined ? now : new Date(Math.max(now.getTime(), Date.parse(before) + 1));
