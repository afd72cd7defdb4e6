import type { Hit } from "@nofx/contract-search";
import type { DocumentKey, FoundDocument } from "@nofx/search-core";

const collections = { agent: "agents", template: "templates" } as const;

/** Where a document can be read, relative to the origin that the search was asked at. */
export const addressOf = ({ type, tenant, id }: DocumentKey): string =>
  `/api/${collections[type]}/${encodeURIComponent(id)}?tenant=${encodeURIComponent(tenant)}`;

/** A found document as an answer has it. */
export const hitOf = ({ document, score, highlights, explain }: FoundDocument): Hit => ({
  type: document.type,
  tenant: document.tenant,
  id: document.id,
  name: document.name,
  description: document.description,
  currentVersion: document.currentVersion,
  status: document.status,
  visibility: document.visibility,
  kind: document.kind,
  category: document.category,
  tags: [...document.tags],
  capabilities: [...document.capabilities],
  agents: [...document.agents],
  author: document.author,
  license: document.license,
  ratingAverage: document.ratingAverage,
  ratingCount: document.ratingCount,
  usage30d: document.usage30d,
  success: document.success,
  updatedAt: document.updatedAt,
  url: addressOf(document),
  score,
  highlights: [...highlights],
  explain: explain && [...explain],
});
