import type { TemplateRecord } from "@nofx/contract-marketplace";
import type { AgentRecord } from "@nofx/contract-registry";
import type { SearchDocument } from "@nofx/search-core";

/** Counts up with every change of what a record becomes, in whatever engine: an index of older rules is built anew. */
export const projectionVersion = 2;

const nameOf = (tenant: string, id: string): string => `${tenant}/${id}`;
const distinct = (values: readonly string[]): string[] => [...new Set(values)];
/** Pieces of text, one behind the other, without those that are missing. */
const joined = (texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join("\n");

/** What records of both kinds say alike. */
const common = (record: AgentRecord | TemplateRecord) => ({
  tenant: record.tenant,
  name: record.name,
  description: record.description,
  currentVersion: record.currentVersion,
  status: record.status,
  visibility: record.visibility,
  tags: record.tags,
  aliases: record.aliases,
  author: record.owner,
  license: record.license,
  usage30d: record.usage.runs30d,
  success: record.usage.success,
  updatedAt: record.updatedAt,
});

/** An agent as the index has it. */
export const projectAgent = (record: AgentRecord): SearchDocument => {
  const { agentId: id, capabilities, dependencies } = record;
  const told = capabilities.flatMap(({ label, description }) => [label, description]);
  return {
    ...common(record),
    type: "agent",
    id,
    kind: undefined,
    category: undefined,
    categories: [],
    capabilities: distinct(capabilities.map((capability) => capability.id)),
    agents: distinct(dependencies.map(({ tenant: whose, agentId }) => nameOf(whose, agentId))),
    body: joined([...told, record.model, record.text]),
    ratingAverage: undefined,
    ratingCount: 0,
    ratingBayesian: undefined,
  };
};

/** Agents of the current version: those that it declares, and those that its locks hold. */
const agentsOf = ({ uses, currentVersion }: TemplateRecord): string[] =>
  distinct(
    uses
      .filter(({ kind, version }) => kind === "agent" && version === currentVersion)
      .map(({ tenant, id }) => nameOf(tenant, id)),
  );

/** A template as the index has it. */
export const projectTemplate = (record: TemplateRecord): SearchDocument => {
  const { templateId: id, rating } = record;
  return {
    ...common(record),
    type: "template",
    id,
    kind: record.kind,
    category: record.category,
    categories: record.categories,
    capabilities: [],
    agents: agentsOf(record),
    body: record.text,
    ratingAverage: rating.average,
    ratingCount: rating.count,
    ratingBayesian: rating.bayesian,
  };
};
