import { Digest, ResourceId, SemVer, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { agentParams, Loss, PublishResult, read, tenantQuery } from "./agent.ts";
import { defineOperation } from "./errors.ts";
import { InterchangeFormat, manifestLimits } from "./manifest.ts";

/** What an import did: a publish, and what of the document did not come along. */
export const ImportResult = PublishResult.extend({
  losses: z.array(Loss).meta({ description: "What the manifest does not hold; the original document holds it still" }),
}).meta({ id: "ImportResult" });
export type ImportResult = z.infer<typeof ImportResult>;

/** A version as a document of another ecosystem. */
export const ExportResult = z
  .object({
    format: InterchangeFormat,
    formatVersion: z.string().meta({ description: "Of the document, such as `1.0`" }),
    fileName: z.string(),
    content: z.string().meta({ description: "The document's text, exactly" }),
    digest: Digest.meta({ description: "SHA-256 of the text in UTF-8" }),
    original: z.boolean().meta({ description: "true: the document that the version was imported from, byte for byte" }),
    losses: z.array(Loss).meta({ description: "What the document does not hold, and what was made up for it" }),
  })
  .meta({ id: "ExportResult" });
export type ExportResult = z.infer<typeof ExportResult>;

const time = "2026-11-22T09:30:00.000Z";
const digest = `sha256:${"9f86d081884c7d65".repeat(4)}`;
const card = {
  name: "Echo",
  description: "Says it again.",
  version: "1.0",
  supportedInterfaces: [{ url: "https://echo.example.com/a2a", protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
  capabilities: {},
  defaultInputModes: ["text/plain"],
  defaultOutputModes: ["text/plain"],
  skills: [{ id: "echo", name: "Echo", description: "Says it again.", tags: ["demo"] }],
};
const versionLoss = { path: "$.version", reason: '"1.0" is written 1.0.0: versions are semantic here' };

export const importAgent = defineOperation({
  id: "importAgent",
  method: "POST",
  path: "/api/agents/import",
  tag: "Interchange",
  summary: "Import an agent from another ecosystem",
  description:
    "Publishes a version made of an A2A agent card (1.0 or 0.3), an MCP server.json or an OASF record. The document itself becomes a file of the version, so that exporting in its format gives it back byte for byte. Answers as publishAgent does, and lists what the manifest has no place for. Id and version follow from the document unless they are given.",
  access: { scope: "agents:publish" },
  query: z.object({
    dryRun: z.enum(["true", "false"]).default("false").meta({ description: "Judge, and write nothing" }),
    visibility: Visibility.optional().meta({
      description: "Who may read the agent; default: as it is, `private` for a new agent",
    }),
  }),
  body: z.object({
    format: InterchangeFormat,
    content: z
      .string()
      .min(1)
      .max(manifestLimits.fileBytesMax)
      .meta({ description: "The document's text, exactly as it is: spaces, order and line ends are kept" }),
    agentId: ResourceId.optional().meta({ description: "Default: made from the document's name" }),
    version: SemVer.optional().meta({ description: "Default: the document's, as a semantic version" }),
  }),
  agentInBody: true,
  idempotent: true,
  success: { 200: ImportResult, 201: ImportResult },
  errors: ["document_invalid", "manifest_invalid", "version_conflict"],
  example: {
    arguments: { visibility: "public", body: { format: "a2a", content: JSON.stringify(card), agentId: "echo" } },
    answer: {
      outcome: "created",
      dryRun: false,
      agent: {
        id: "0b7e1e8e-6d3c-4d53-8a39-6f2f6c1d1c11",
        tenant: "acme",
        agentId: "echo",
        name: "Echo",
        description: "Says it again.",
        status: "active",
        visibility: "public",
        currentVersion: "1.0.0",
        capabilities: [{ id: "echo", label: "Echo", description: "Says it again.", tags: ["demo"] }],
        tags: ["demo"],
        updatedAt: time,
      },
      version: {
        id: "5d3f0a52-43c5-4b0c-b4f7-1f9c4d9d7a10",
        version: "1.0.0",
        status: "active",
        digest,
        checksum: digest,
        publishedAt: time,
        publishedBy: "token:ci",
      },
      warnings: [],
      losses: [versionLoss],
    },
  },
});

export const exportAgent = defineOperation({
  id: "exportAgent",
  method: "GET",
  path: "/api/agents/{agentId}/export",
  tag: "Interchange",
  summary: "Export an agent to another ecosystem",
  description:
    "A version as an A2A agent card (1.0), an MCP server.json (2025-12-11) or an OASF record (1.0). A version that was imported from the format comes back byte for byte; else the document is made from the manifest, and `losses` names every part that it has no place for or that had to be made up.",
  access: read,
  params: agentParams,
  query: z.object({
    ...tenantQuery,
    format: InterchangeFormat,
    version: SemVer.optional().meta({ description: "Default: the current version" }),
  }),
  success: { 200: ExportResult },
  errors: ["agent_not_found", "version_not_found", "not_exportable"],
  example: {
    arguments: { agentId: "code-review", tenant: "acme", format: "a2a", version: "2.0.0" },
    answer: {
      format: "a2a",
      formatVersion: "1.0",
      fileName: "agent-card.json",
      content: '{\n  "name": "Code Review",\n  "version": "2.0.0"\n}\n',
      digest,
      original: false,
      losses: [{ path: "$.agentId", reason: "An agent card has no unique id; its address is the identity" }],
    },
  },
});
