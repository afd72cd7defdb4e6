import { parseQuery, type SearchDocument, type SearchRequest } from "@nofx/search-core";

type Known = Partial<SearchDocument>;

const document = (id: string, known: Known): Omit<SearchDocument, "type" | "kind"> => ({
  tenant: "nofx",
  id,
  name: "Thing",
  description: undefined,
  currentVersion: "1.0.0",
  status: "active",
  visibility: "public",
  category: undefined,
  categories: [],
  tags: [],
  capabilities: [],
  agents: [],
  aliases: [],
  author: undefined,
  license: undefined,
  body: "",
  ratingAverage: undefined,
  ratingCount: 0,
  ratingBayesian: undefined,
  usage30d: 0,
  success: undefined,
  updatedAt: "2026-01-01T00:00:00.000Z",
  ...known,
});

/** An agent of which nothing is known but what is said. */
export const agentDocument = (id: string, known: Known = {}): SearchDocument => ({
  kind: undefined,
  ...document(id, known),
  type: "agent",
});

export const templateDocument = (id: string, known: Known = {}): SearchDocument => ({
  kind: "workflow",
  ...document(id, known),
  type: "template",
});

/** What is asked by nobody in particular, the usual left out. */
export const asked = (q: string, rest: Partial<SearchRequest> = {}): SearchRequest => ({
  viewer: { tenantId: "", seesAll: false },
  query: parseQuery(q),
  sort: "relevance",
  facets: [],
  explain: false,
  limit: 20,
  after: undefined,
  ...rest,
});
