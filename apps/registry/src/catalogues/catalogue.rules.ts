import type {
  AgentSummary,
  AgentVersionDocument,
  Catalogue,
  CatalogueEntry,
  McpServerEntry,
} from "@nofx/contract-registry";
import { exportDocument } from "@nofx/manifest";

/** Questions that people ask of an agent's skills: between two and five make it findable. */
const queriesOf = ({ capabilities }: AgentSummary): string[] | undefined => {
  const examples = capabilities.flatMap((capability) =>
    Array.isArray(capability.examples) ? capability.examples : [],
  );
  const texts = examples.filter((example) => typeof example === "string").slice(0, 5);
  return texts.length > 0 ? texts : undefined;
};

const entryOf = (agent: AgentSummary, base: URL): CatalogueEntry => {
  const { tenant, agentId, name, description, tags, capabilities, currentVersion, updatedAt } = agent;
  const queries = queriesOf(agent);
  return {
    identifier: `urn:air:${base.hostname}:${tenant}:${agentId}`,
    displayName: name,
    type: "application/a2a-agent-card+json",
    url: `${base.href}agents/${tenant}/${agentId}/.well-known/agent-card.json`,
    ...(description !== undefined && { description }),
    ...(tags.length > 0 && { tags }),
    ...(capabilities.length > 0 && { capabilities: capabilities.map(({ id }) => id) }),
    ...(queries && { representativeQueries: queries }),
    version: currentVersion,
    updatedAt,
  };
};

/** A catalogue document that is a manifest of ARD 0.91 and an AI Catalog 1.0 at once: the two share their entries. */
export const catalogueOf = (agents: readonly AgentSummary[], publicUrl: string): Catalogue => {
  const base = new URL(`${publicUrl.replace(/\/+$/, "")}/`);
  return {
    specVersion: "1.0",
    host: { displayName: "NOFX agent registry", identifier: base.hostname, documentationUrl: `${base.href}docs` },
    entries: agents.map((agent) => entryOf(agent, base)),
  };
};

/** A version of a public agent that is an MCP server. */
export interface McpVersion {
  readonly tenant: string;
  readonly agentId: string;
  /** The name it claims, or tenant and agent. */
  readonly claimedName: string;
  /** Of all public agents that claim the name, this one was there first. */
  readonly holdsName: boolean;
  readonly currentVersion: string;
  readonly version: string;
  readonly isDeprecated: boolean;
  readonly publishedAt: string;
  readonly updatedAt: string;
  readonly document: AgentVersionDocument;
  /** The server.json that it was imported from. */
  readonly original: string | undefined;
}

/** Under which name a server is listed. Tenants have no dots and reverse-DNS namespaces do, so the two never meet. */
const listedName = ({ tenant, agentId, claimedName, holdsName }: McpVersion): string =>
  holdsName ? claimedName : `${tenant}/${agentId}`;

const serverOf = (found: McpVersion): Record<string, unknown> => {
  const { tenant, document, original, publishedAt } = found;
  if (original !== undefined) return JSON.parse(original.replace(/^\uFEFF/, ""));
  const exported = exportDocument("mcp", document, { tenant, publishedAt });
  if ("obstacle" in exported) throw new Error(exported.obstacle);
  return JSON.parse(exported.content);
};

/** An entry of the MCP registry API. Name and version are those that its addresses take. */
export const serverEntry = (found: McpVersion): McpServerEntry => {
  const { version, currentVersion, isDeprecated, publishedAt, updatedAt } = found;
  return {
    server: { ...serverOf(found), name: listedName(found), version } as McpServerEntry["server"],
    _meta: {
      "io.modelcontextprotocol.registry/official": {
        status: isDeprecated ? "deprecated" : "active",
        publishedAt,
        updatedAt,
        isLatest: version === currentVersion,
      },
    },
  };
};

/** How an address names a server: by a claimed name, which has a dot in front of the slash, or by tenant and agent. */
export const serverAddress = (
  serverName: string,
): { readonly claimedName: string } | { readonly tenant: string; readonly agentId: string } => {
  const [namespace = "", name = ""] = serverName.split("/");
  return namespace.includes(".") ? { claimedName: serverName } : { tenant: namespace, agentId: name };
};
