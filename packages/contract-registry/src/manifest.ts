import {
  Digest,
  FilePath,
  fileLimits,
  ManifestFile,
  PublishedFile,
  ResourceId,
  SchemaReference,
  SemVer,
  Tag,
} from "@nofx/contract-kit";
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
    label: z.string().min(1).max(120).meta({ description: "What people read in lists" }),
    description: z.string().max(1000).optional().meta({ description: "What it does, in a sentence" }),
  })
  .meta({ id: "Capability", description: "Something the agent can do" });

const JsonSchemaDocument = z
  .union([z.boolean(), z.record(z.string(), z.unknown())])
  .meta({ description: "JSON Schema 2020-12" });
const text = (max: number) => z.string().min(1).max(max);
const NpmRange = text(256).meta({ description: "Version range as npm writes them, such as `^1.2.0`" });

/** One MCP server as clients configure it: a command to start, or a URL to connect to. */
export const McpServer = z
  .union([
    z.looseObject({
      command: text(1024).meta({ description: "Program to start" }),
      args: z.array(z.string().max(4096)).max(100).optional().meta({ description: "What the program is called with" }),
      env: z
        .record(z.string(), z.string().max(4096))
        .optional()
        .meta({ description: "Environment of the program; of secrets only the names" }),
    }),
    z.looseObject({
      type: z.enum(["http", "sse", "streamable-http"]).optional().meta({ description: "How it is spoken to" }),
      url: z.url().max(2048).meta({ description: "Where it answers" }),
      headers: z
        .record(z.string(), z.string().max(4096))
        .optional()
        .meta({ description: "Sent with each request; of secrets only the names" }),
    }),
  ])
  .meta({ id: "McpServer", description: "An MCP server: a command to start, or a URL to connect to" });

const McpServers = z.record(z.string().min(1).max(200), McpServer);

/** `mcp.json` beside an `agent.json`: its servers become `manifest.mcpServers`. */
export const McpFile = z
  .looseObject({
    $schema: SchemaReference.optional(),
    mcpServers: McpServers.meta({ description: "MCP servers that the agent uses, by name" }),
  })
  .meta({ id: "McpFile" });

/** Where the agent answers. Known protocols: `a2a`, `mcp`. The URL may begin with a variable: `{baseUrl}/mcp`. */
export const Endpoint = z
  .looseObject({
    url: z
      .union([
        z.url().max(2048),
        z
          .string()
          .max(2048)
          .regex(/^\{[A-Za-z_]\w*\}\S*$/),
      ])
      .meta({ description: "May begin with a variable: `{baseUrl}/mcp`" }),
    protocol: text(64).optional().meta({ description: "Known ones are `a2a` and `mcp`" }),
  })
  .meta({ id: "Endpoint", description: "Where the agent answers" });

/** Formats of other ecosystems that agents are imported from and exported to. */
export const interchangeFormats = ["a2a", "mcp", "oasf"] as const;
export const InterchangeFormat = z.enum(interchangeFormats).meta({
  id: "InterchangeFormat",
  description: "`a2a`: A2A agent card; `mcp`: MCP server.json; `oasf`: OASF record",
});
export type InterchangeFormat = z.infer<typeof InterchangeFormat>;

/** The document of another ecosystem that the agent was imported from: a file of the version, byte for byte. */
export const Origin = z
  .looseObject({
    format: InterchangeFormat,
    formatVersion: text(40).meta({ description: "The format's own version" }),
    file: FilePath,
    digest: Digest,
  })
  .meta({ id: "Origin", description: "The document of another ecosystem that the agent was imported from" });
export type Origin = z.infer<typeof Origin>;

/**
 * What an orchestrator needs to run the agent. `entryPrompt` names a published file (prompt dialect), `entry` a source
 * file of the author's repository (code dialect); one of them is there, unless the agent answers at `endpoints`, comes in
 * `packages`, or is told by its `origin`. Unknown keys are kept, and reported as warnings.
 */
export const AgentDefinition = z
  .looseObject({
    entryPrompt: FilePath.optional(),
    entry: text(512).optional().meta({
      description: "Source file of the author's repository that starts the agent; another way is `entryPrompt`",
    }),
    model: text(200).optional().meta({ description: "Model that it is written for, such as `claude-sonnet-4-5`" }),
    capabilities: z
      .array(ResourceId)
      .max(manifestLimits.capabilitiesMax)
      .optional()
      .meta({ description: "Ids of the capabilities at the top of the manifest: both lists agree" }),
    inputs: JsonSchemaDocument.optional(),
    outputs: JsonSchemaDocument.optional(),
    tools: z
      .array(z.union([text(200), z.looseObject({ name: text(200).meta({ description: "What the tool is called" }) })]))
      .max(200)
      .optional()
      .meta({ description: "Tools that it uses: names, or objects with a name" }),
    mcpServers: McpServers.optional().meta({
      description: "MCP servers that it uses, by name. In a directory they stand in `mcp.json` beside the manifest",
    }),
    permissions: z.array(text(200)).max(100).optional().meta({ description: "What it must be allowed to do" }),
    resources: z
      .looseObject({
        timeoutSeconds: z.number().positive().max(86_400).optional().meta({ description: "Longest run, in seconds" }),
        maxTokens: z.int().positive().optional().meta({ description: "Most tokens of one run" }),
        memoryMb: z.int().positive().optional().meta({ description: "Memory in MiB" }),
      })
      .optional()
      .meta({ description: "What a run may take" }),
    dependencies: z
      .looseObject({
        agents: z.record(z.string(), NpmRange).optional().meta({ description: "Agent → range of versions" }),
        packages: z.array(text(256)).max(500).optional().meta({ description: "Packages as `name@range`" }),
      })
      .optional()
      .meta({ description: "What it relies on" }),
    endpoints: z
      .array(Endpoint)
      .max(manifestLimits.endpointsMax)
      .optional()
      .meta({ description: "Where it answers, if it runs somewhere" }),
    packages: z
      .array(
        z.looseObject({
          registryType: text(64).meta({ description: "Where the package is: `npm`, `pypi`, `oci`, `nuget`, `mcpb`" }),
          identifier: text(2048).meta({ description: "What the package is called there" }),
        }),
      )
      .max(manifestLimits.packagesMax)
      .optional()
      .meta({ description: "Packages that start it as an MCP server, as `server.json` describes them" }),
    modes: z
      .looseObject({
        input: z.array(text(255)).max(100).optional().meta({ description: "Media types it takes" }),
        output: z.array(text(255)).max(100).optional().meta({ description: "Media types it gives" }),
      })
      .optional()
      .meta({ description: "Media types it takes and gives" }),
    security: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "How callers prove who they are, as A2A describes it" }),
    interop: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: "By format, what only that format knows: `interop.mcp.name`" }),
    origin: Origin.optional(),
  })
  .meta({ id: "AgentDefinition", description: "What an orchestrator needs to run the agent" });

const identity = {
  agentId: ResourceId,
  name: text(120).meta({ description: "What people call it" }),
  version: SemVer,
  description: z.string().max(2000).optional().meta({ description: "What it is good for, for those who look for it" }),
  capabilities: z
    .array(Capability)
    .max(manifestLimits.capabilitiesMax)
    .optional()
    .meta({ description: "What it can do" }),
  tags: z.array(Tag).max(manifestLimits.tagsMax).optional().meta({ description: "Words that it is found by" }),
  metadata: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: "Free; `owner` and `source` are customary" }),
  manifest: AgentDefinition,
};

/** Body of publish and validate: the contents of `agent.json`, with the files beside it under `files`. */
export const AgentManifest = z
  .looseObject({
    $schema: SchemaReference.optional(),
    ...identity,
    sourceCommit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/, "Use a Git commit id in hexadecimal")
      .optional()
      .meta({ description: "Provenance; not part of the digest" }),
    files: z
      .array(ManifestFile)
      .max(manifestLimits.filesMax)
      .optional()
      .meta({ description: "Published with it. In a directory, the files beside the manifest" }),
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
