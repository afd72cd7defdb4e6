import { Digest, FilePath, fileLimits, ManifestFile, PublishedFile, ResourceId, SemVer, Tag } from "@nofx/contract-kit";
import { z } from "zod";

export { FilePath, ManifestFile, PublishedFile, Tag } from "@nofx/contract-kit";

/** Limits of a manifest's parts. Sizes are bytes of decoded content. */
export const manifestLimits = {
  ...fileLimits,
  capabilitiesMax: 100,
  tagsMax: 20,
  endpointsMax: 50,
  packagesMax: 50,
} as const;

/** Something the agent can do. */
export const Capability = z
  .looseObject({
    id: ResourceId,
    label: z.string().min(1).max(120),
    description: z.string().max(1000).optional(),
  })
  .meta({ id: "Capability" });

const JsonSchemaDocument = z
  .union([z.boolean(), z.record(z.string(), z.unknown())])
  .meta({ description: "JSON Schema 2020-12" });
const text = (max: number) => z.string().min(1).max(max);
const NpmRange = text(256).meta({ description: "Version range as npm writes them, such as `^1.2.0`" });

/** One MCP server as clients configure it: a command to start, or a URL to connect to. */
export const McpServer = z
  .union([
    z.looseObject({
      command: text(1024),
      args: z.array(z.string().max(4096)).max(100).optional(),
      env: z.record(z.string(), z.string().max(4096)).optional(),
    }),
    z.looseObject({
      type: z.enum(["http", "sse", "streamable-http"]).optional(),
      url: z.url().max(2048),
      headers: z.record(z.string(), z.string().max(4096)).optional(),
    }),
  ])
  .meta({ id: "McpServer" });

/** Where the agent answers. Known protocols: `a2a`, `mcp`. The URL may begin with a variable: `{baseUrl}/mcp`. */
export const Endpoint = z
  .looseObject({
    url: z.union([
      z.url().max(2048),
      z
        .string()
        .max(2048)
        .regex(/^\{[A-Za-z_]\w*\}\S*$/),
    ]),
    protocol: text(64).optional(),
  })
  .meta({ id: "Endpoint" });

/** Formats of other ecosystems that agents are imported from and exported to. */
export const interchangeFormats = ["a2a", "mcp", "oasf"] as const;
export const InterchangeFormat = z.enum(interchangeFormats).meta({
  id: "InterchangeFormat",
  description: "`a2a`: A2A agent card; `mcp`: MCP server.json; `oasf`: OASF record",
});
export type InterchangeFormat = z.infer<typeof InterchangeFormat>;

/** The document of another ecosystem that the agent was imported from: a file of the version, byte for byte. */
export const Origin = z
  .looseObject({ format: InterchangeFormat, formatVersion: text(40), file: FilePath, digest: Digest })
  .meta({ id: "Origin" });
export type Origin = z.infer<typeof Origin>;

/**
 * What an orchestrator needs to run the agent. `entryPrompt` names a published file (prompt dialect), `entry` a source
 * file of the author's repository (code dialect); one of them is there, unless the agent answers at `endpoints`, comes in
 * `packages`, or is told by its `origin`. Unknown keys are kept, and reported as warnings.
 */
export const AgentDefinition = z
  .looseObject({
    entryPrompt: FilePath.optional(),
    entry: text(512).optional(),
    model: text(200).optional(),
    capabilities: z.array(ResourceId).max(manifestLimits.capabilitiesMax).optional(),
    inputs: JsonSchemaDocument.optional(),
    outputs: JsonSchemaDocument.optional(),
    tools: z
      .array(z.union([text(200), z.looseObject({ name: text(200) })]))
      .max(200)
      .optional(),
    mcpServers: z.record(z.string().min(1).max(200), McpServer).optional(),
    permissions: z.array(text(200)).max(100).optional(),
    resources: z
      .looseObject({
        timeoutSeconds: z.number().positive().max(86_400).optional(),
        maxTokens: z.int().positive().optional(),
        memoryMb: z.int().positive().optional(),
      })
      .optional(),
    dependencies: z
      .looseObject({
        agents: z.record(z.string(), NpmRange).optional(),
        packages: z.array(text(256)).max(500).optional(),
      })
      .optional(),
    endpoints: z.array(Endpoint).max(manifestLimits.endpointsMax).optional(),
    packages: z
      .array(z.looseObject({ registryType: text(64), identifier: text(2048) }))
      .max(manifestLimits.packagesMax)
      .optional()
      .meta({ description: "Packages that start it as an MCP server, as `server.json` describes them" }),
    modes: z
      .looseObject({ input: z.array(text(255)).max(100).optional(), output: z.array(text(255)).max(100).optional() })
      .optional()
      .meta({ description: "Media types it takes and gives" }),
    security: z.record(z.string(), z.unknown()).optional(),
    interop: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: "By format, what only that format knows: `interop.mcp.name`" }),
    origin: Origin.optional(),
  })
  .meta({ id: "AgentDefinition" });

const identity = {
  agentId: ResourceId,
  name: text(120),
  version: SemVer,
  description: z.string().max(2000).optional(),
  capabilities: z.array(Capability).max(manifestLimits.capabilitiesMax).optional(),
  tags: z.array(Tag).max(manifestLimits.tagsMax).optional(),
  metadata: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: "Free; `owner` and `source` are customary" }),
  manifest: AgentDefinition,
};

/** Body of publish and validate: the contents of `agent.json`, with the files beside it under `files`. */
export const AgentManifest = z
  .looseObject({
    ...identity,
    sourceCommit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/, "Use a Git commit id in hexadecimal")
      .optional()
      .meta({ description: "Provenance; not part of the digest" }),
    files: z.array(ManifestFile).max(manifestLimits.filesMax).optional(),
  })
  .meta({ id: "AgentManifest" });
export type AgentManifest = z.output<typeof AgentManifest>;

/**
 * A published version: the manifest with each file replaced by its digest, in the canonical form of RFC 8785.
 * The version's digest is the SHA-256 of exactly these bytes.
 */
export const AgentVersionDocument = z
  .looseObject({ ...identity, files: z.array(PublishedFile).optional() })
  .meta({ id: "AgentVersionDocument" });
export type AgentVersionDocument = z.infer<typeof AgentVersionDocument>;
