import { TemplateRecord } from "@nofx/contract-marketplace";
import { AgentRecord } from "@nofx/contract-registry";
import type { SearchDocument } from "@nofx/search-core";
import { projectAgent, projectTemplate } from "../../src/indexing/project-records.rules.ts";
import { categoriesUpFrom } from "./categories.ts";
import { shippedAgents, shippedTemplates } from "./shipped-files.ts";
import { signalsOf } from "./signals.ts";

/** Whose the shipped content is where `npm start` publishes it. */
const tenant = "local";

const described = (
  {
    name,
    description,
    version,
    tags,
    metadata,
  }: ReturnType<typeof shippedAgents | typeof shippedTemplates>[number]["manifest"],
  { updatedAt }: { readonly updatedAt: string },
) => ({
  tenant,
  visibility: "public" as const,
  status: "active" as const,
  name,
  description,
  currentVersion: version,
  tags,
  owner: metadata.owner,
  license: metadata.license,
  aliases: metadata.aliases,
  createdAt: updatedAt,
  updatedAt,
  publishedAt: updatedAt,
  versions: [],
  versionCount: 1,
});

const runsOf = ({ usage30d, success }: ReturnType<typeof signalsOf>) => ({
  runs30d: usage30d,
  succeeded30d: usage30d,
  ...(success !== undefined && { success }),
});

const agentDocument = ({ manifest, text }: ReturnType<typeof shippedAgents>[number], now: Date): SearchDocument => {
  const { agentId, capabilities, manifest: how } = manifest;
  const signals = signalsOf({ type: "agent", tenant, id: agentId }, now);
  const dependencies = Object.entries(how.dependencies.agents).map(([id, range]) => ({ tenant, agentId: id, range }));
  const own = { agentId, capabilities, model: how.model, dependencies, text, usage: runsOf(signals) };
  return projectAgent(AgentRecord.parse({ ...described(manifest, signals), ...own }));
};

const templateDocument = (
  { manifest, text }: ReturnType<typeof shippedTemplates>[number],
  now: Date,
): SearchDocument => {
  const { templateId, category, content, version } = manifest;
  const signals = signalsOf({ type: "template", tenant, id: templateId }, now);
  const own = {
    templateId,
    kind: content.kind,
    category,
    categories: categoriesUpFrom(category),
    text,
    rating: { count: signals.ratingCount, average: signals.ratingAverage, bayesian: signals.ratingBayesian },
    usage: { ...runsOf(signals), popularityScore: signals.usage30d },
    uses: Object.entries(content.dependencies.agents).map(([id, range]) => ({
      kind: "agent",
      tenant,
      id,
      range,
      version,
    })),
  };
  return projectTemplate(TemplateRecord.parse({ ...described(manifest, signals), ...own }));
};

/** What ships in packages/shared, as it comes into an index. */
export const shippedDocuments = (now: Date): SearchDocument[] => [
  ...shippedAgents().map((shipped) => agentDocument(shipped, now)),
  ...shippedTemplates().map((shipped) => templateDocument(shipped, now)),
];
