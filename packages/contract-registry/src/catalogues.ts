import { pageQuery, ResourceId, rawContent, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";

/** Read views for other ecosystems, at the addresses and in the shapes that their clients expect. Public agents only. */
const anyone = { anyone: true } as const;

/** Most agents that a catalogue document lists; its formats have no pages. */
export const catalogueEntriesMax = 1000;

export const getAgentCard = defineOperation({
  id: "getAgentCard",
  method: "GET",
  path: "/agents/{tenant}/{agentId}/.well-known/agent-card.json",
  tag: "Catalogues",
  summary: "Get a public agent's A2A card",
  description:
    "The A2A 1.0 agent card of the current version, so that `/agents/{tenant}/{agentId}` is a base URL that A2A clients can discover. An agent that was imported from a card of A2A 1.0 shows that card byte for byte, signatures included; otherwise it is made from the manifest, and lists no interface if the agent has no A2A endpoint.",
  access: anyone,
  params: z.object({ tenant: TenantId, agentId: ResourceId }),
  success: { 200: z.looseObject({ name: z.string(), description: z.string(), version: z.string() }) },
  errors: ["agent_not_found"],
  example: {
    arguments: { tenant: "acme", agentId: "code-review" },
    answer: {
      name: "Code Review",
      description: "Reviews a pull request.",
      version: "2.0.0",
      supportedInterfaces: [],
      capabilities: {},
      defaultInputModes: ["application/json"],
      defaultOutputModes: ["application/json"],
      skills: [{ id: "review-diff", name: "Review a diff", description: "Finds defects.", tags: ["review"] }],
    },
  },
});

/** One resource in a catalogue document (ARD 0.91, AI Catalog 1.0). */
export const CatalogueEntry = z
  .object({
    identifier: z.string().meta({ description: "`urn:air:<host>:<tenant>:<agentId>`" }),
    displayName: z.string(),
    type: z.string().meta({ description: "Media type of what `url` gives" }),
    url: z.url(),
    description: z.string().optional(),
    tags: z.array(z.string()).optional(),
    capabilities: z.array(z.string()).optional(),
    representativeQueries: z.array(z.string()).optional(),
    version: z.string(),
    updatedAt: Timestamp,
  })
  .meta({ id: "CatalogueEntry" });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

export const Catalogue = z
  .object({
    specVersion: z.string(),
    host: z.object({ displayName: z.string(), identifier: z.string(), documentationUrl: z.url() }),
    entries: z.array(CatalogueEntry),
  })
  .meta({ id: "Catalogue" });
export type Catalogue = z.infer<typeof Catalogue>;

const bounded =
  "All public agents, most recently updated first, each with the address of its A2A card. The format has no pages: at most 1000 are listed; GET /api/agents has them all.";

export const getArdManifest = defineOperation({
  id: "getArdManifest",
  method: "GET",
  path: "/.well-known/ard.json",
  tag: "Catalogues",
  summary: "Get the Agentic Resource Discovery manifest",
  description: bounded,
  access: anyone,
  success: { 200: Catalogue },
  errors: [],
  example: {
    answer: {
      specVersion: "1.0",
      host: {
        displayName: "NOFX agent registry",
        identifier: "agents.example.com",
        documentationUrl: "https://agents.example.com/docs",
      },
      entries: [
        {
          identifier: "urn:air:agents.example.com:acme:code-review",
          displayName: "Code Review",
          type: "application/a2a-agent-card+json",
          url: "https://agents.example.com/agents/acme/code-review/.well-known/agent-card.json",
          description: "Reviews a pull request.",
          tags: ["engineering"],
          capabilities: ["review-diff"],
          version: "2.0.0",
          updatedAt: "2026-11-22T09:30:00.000Z",
        },
      ],
    },
  },
});

export const getAiCatalog = defineOperation({
  id: "getAiCatalog",
  method: "GET",
  path: "/.well-known/ai-catalog.json",
  tag: "Catalogues",
  summary: "Get the AI Catalog",
  description: `The same as /.well-known/ard.json, as an AI Catalog 1.0. ${bounded}`,
  access: anyone,
  success: { 200: rawContent("application/ai-catalog+json", "An AI Catalog document") },
  example: {},
  errors: [],
});

const officialMeta = "io.modelcontextprotocol.registry/official";

/** An MCP server as the MCP registry API answers it: `server.json`, and what this registry knows of it. */
export const McpServerEntry = z
  .object({
    server: z
      .looseObject({ name: z.string(), description: z.string(), version: z.string() })
      .meta({ description: "A server.json, under the name and version that it has in this registry" }),
    _meta: z.object({
      [officialMeta]: z.object({
        status: z.enum(["active", "deprecated"]),
        publishedAt: Timestamp,
        updatedAt: Timestamp,
        isLatest: z.boolean(),
      }),
    }),
  })
  .meta({ id: "McpServerEntry" });
export type McpServerEntry = z.infer<typeof McpServerEntry>;

const McpServerList = z.object({
  servers: z.array(McpServerEntry),
  metadata: z.object({ nextCursor: z.string().optional(), count: z.int().min(0) }),
});

const serverExample = {
  server: {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: "io.github.example/notes",
    description: "Reads and writes notes.",
    version: "1.6.2",
    packages: [
      { registryType: "npm", identifier: "@example/notes-mcp", version: "1.6.2", transport: { type: "stdio" } },
    ],
  },
  _meta: {
    [officialMeta]: {
      status: "active",
      publishedAt: "2026-11-22T09:30:00.000Z",
      updatedAt: "2026-11-22T09:30:00.000Z",
      isLatest: true,
    },
  },
} as const;

const serverParams = z.object({
  serverName: z
    .string()
    .max(200)
    .regex(
      /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/,
      "Use the server's whole name, its slash encoded: `io.github.me%2Fweather`",
    )
    .meta({ description: "Name of the server, its slash encoded as %2F" }),
});

export const listMcpServers = defineOperation({
  id: "listMcpServers",
  method: "GET",
  path: "/v0.1/servers",
  tag: "Catalogues",
  summary: "List MCP servers",
  description:
    "The read API of MCP registries (v0.1): every version of the public agents that are MCP servers, because they were imported from a server.json or have MCP packages or endpoints. A server is listed under the reverse-DNS name that it claims; if several agents claim one, the agent that was published first holds it, and the others are listed as `tenant/agentId`, which no name of another can be. Disabled agents are not listed, nor told as deleted.",
  access: anyone,
  query: z.object({
    ...pageQuery,
    search: z.string().min(1).max(200).optional().meta({ description: "Part of the name" }),
    updated_since: z.iso.datetime({ offset: true }).optional().meta({ description: "RFC 3339" }),
    version: z.string().min(1).max(128).optional().meta({ description: "`latest`, or an exact version" }),
  }),
  success: { 200: McpServerList },
  errors: [],
  example: {
    arguments: { search: "notes", version: "latest", limit: 30 },
    answer: { servers: [serverExample], metadata: { count: 1 } },
  },
});

export const listMcpServerVersions = defineOperation({
  id: "listMcpServerVersions",
  method: "GET",
  path: "/v0.1/servers/{serverName}/versions",
  tag: "Catalogues",
  summary: "List an MCP server's versions",
  description: "At most 100 versions of one MCP server, the highest first.",
  access: anyone,
  params: serverParams,
  success: { 200: McpServerList },
  errors: ["server_not_found"],
  example: {
    arguments: { serverName: "io.github.example/notes" },
    answer: { servers: [serverExample], metadata: { count: 1 } },
  },
});

export const getMcpServerVersion = defineOperation({
  id: "getMcpServerVersion",
  method: "GET",
  path: "/v0.1/servers/{serverName}/versions/{version}",
  tag: "Catalogues",
  summary: "Get a version of an MCP server",
  description: "One version of an MCP server; `latest` is the agent's current version.",
  access: anyone,
  params: serverParams.extend({
    version: z.string().min(1).max(128).meta({ description: "`latest`, or an exact version" }),
  }),
  success: { 200: McpServerEntry },
  errors: ["server_not_found", "version_not_found"],
  example: { arguments: { serverName: "io.github.example/notes", version: "latest" }, answer: serverExample },
});
