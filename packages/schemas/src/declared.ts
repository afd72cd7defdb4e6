import { BundleIndexFile } from "@nofx/bundle";
import {
  BundledHistory,
  BundledLock,
  CategoryFile,
  DependencyLock,
  JsonTemplateBundle,
  marketplaceContract,
  RenderedPlan,
  TemplateBundleContent,
  TemplateManifest,
  TemplateVersionDocument,
  VersionFile,
} from "@nofx/contract-marketplace";
import { AgentManifest, AgentVersionDocument, McpFile, registryContract } from "@nofx/contract-registry";
import type { z } from "zod";

/** A schema that is published, and how editors and readers are told of it. */
export interface DeclaredSchema {
  readonly schema: z.ZodType;
  readonly title: string;
  readonly description: string;
  /** Files that editors hold against it without being told, where they lie as the directories of `docs/sync.md` have it. */
  readonly fileMatch: readonly string[];
  readonly examples: readonly unknown[];
}

/** Body and answer of an operation's worked example. */
interface Worked {
  readonly arguments?: { readonly body?: unknown };
  readonly answer?: unknown;
}
const agents = registryContract.operations;
const templates = marketplaceContract.operations;
const bodyOf = ({ example }: { readonly example: Worked }) =>
  example.arguments?.body as Readonly<Record<string, unknown>>;
const answerOf = ({ example }: { readonly example: Worked }) => example.answer as Readonly<Record<string, unknown>>;

const BundleFile = BundleIndexFile.extend({ content: TemplateBundleContent });
const withoutFiles = ({ files: _beside, ...content }: Readonly<Record<string, unknown>>) => content;
const stepsText = (bodyOf(templates.publishTemplate).files as { content: string }[])[0]?.content ?? "{}";

const docs: DeclaredSchema["examples"] = [
  { mcpServers: { docs: { command: "npx", args: ["-y", "@example/docs-mcp"], env: { DOCS_ROOT: "handbook" } } } },
  { mcpServers: { github: { type: "http", url: "https://mcp.example.com/github" } } },
];
const categories = [
  { id: "engineering", name: "Engineering", description: "Building software and keeping it sound." },
  { id: "engineering-release", name: "Releases", parent: "engineering", order: 1 },
];
const history = [
  {
    number: 1,
    description: "What to do today",
    instructions: "Propose three things for today.",
    updatedAt: "2026-11-22T09:30:00.000Z",
  },
];

/** What authors write and keep in directories. */
const manifests: Readonly<Record<string, DeclaredSchema>> = {
  agent: {
    schema: AgentManifest,
    title: "Agent manifest",
    description: "`agent.json`: one version of an agent. The files beside it are published with it.",
    fileMatch: ["**/agents/*/agent.json", "**/agents/*/versions/*/agent.json"],
    examples: [withoutFiles(bodyOf(agents.publishAgent)), bodyOf(agents.publishAgent)],
  },
  mcp: {
    schema: McpFile,
    title: "MCP servers of an agent",
    description: "`mcp.json` beside an `agent.json`: its servers become `manifest.mcpServers`.",
    fileMatch: ["**/agents/*/mcp.json", "**/agents/*/versions/*/mcp.json"],
    examples: docs,
  },
  template: {
    schema: TemplateManifest,
    title: "Template manifest",
    description: "`template.json`: one version of a template. The files beside it are published with it.",
    fileMatch: ["**/templates/*/template.json", "**/templates/*/versions/*/template.json"],
    examples: [withoutFiles(bodyOf(templates.publishTemplate)), bodyOf(templates.publishTemplate)],
  },
  "template-steps": {
    schema: VersionFile,
    title: "Steps of a template",
    description: "`versions/<semver>.json`: the steps of one version, in the file that `content.versionFile` names.",
    fileMatch: ["**/templates/*/versions/*.json"],
    examples: [JSON.parse(stepsText)],
  },
  categories: {
    schema: CategoryFile,
    title: "Categories",
    description:
      "`categories.json`: the tree that `category` of templates points into, those above before those below.",
    fileMatch: ["**/templates/categories.json"],
    examples: [categories],
  },
};

/** What services publish. */
const documents: Readonly<Record<string, DeclaredSchema>> = {
  "agent-version": {
    schema: AgentVersionDocument,
    title: "Published agent version",
    description: "What `GET /api/agents/{agentId}/versions/{version}` answers. Its SHA-256 is the version's digest.",
    fileMatch: [],
    examples: [answerOf(agents.getAgentVersion)],
  },
  "template-version": {
    schema: TemplateVersionDocument,
    title: "Published template version",
    description:
      "What `GET /api/templates/{templateId}/versions/{version}` answers. Its SHA-256 is the version's digest.",
    fileMatch: [],
    examples: [answerOf(templates.getTemplateVersion)],
  },
  "dependency-lock": {
    schema: DependencyLock,
    title: "Dependency lock",
    description: "What a template's dependencies come to: one version of each agent and template.",
    fileMatch: [],
    examples: [answerOf(templates.getTemplateVersionLock).lock],
  },
  "rendered-plan": {
    schema: RenderedPlan,
    title: "Rendered plan",
    description: "What running a template means, with nothing left open but the outputs of steps.",
    fileMatch: [],
    examples: [answerOf(templates.renderTemplate).plan],
  },
  bundle: {
    schema: BundleFile,
    title: "Index of a bundle of templates",
    description: "`bundle.json` in a bundle: what it holds, and the digest of each entry.",
    fileMatch: [],
    examples: [bodyOf(templates.importTemplates).bundle],
  },
  "bundle-lock": {
    schema: BundledLock,
    title: "Lock in a bundle",
    description: "As a dependency lock, but what belongs to the bundle's own tenant is named without it.",
    fileMatch: [],
    examples: [answerOf(templates.getTemplateVersionLock).lock],
  },
  "bundle-history": {
    schema: BundledHistory,
    title: "History of a prompt in a bundle",
    description: "`history.json`: what the builder shows of a prompt's past, oldest first.",
    fileMatch: [],
    examples: [history],
  },
  "template-bundle": {
    schema: JsonTemplateBundle.extend({ bundle: BundleFile }),
    title: "Bundle of templates as JSON",
    description: "A whole bundle as one JSON document: the index, and the entries by their paths.",
    fileMatch: [],
    examples: [bodyOf(templates.importTemplates)],
  },
};

/** Every schema that is published, by name. */
export const declaredSchemas: Readonly<Record<string, DeclaredSchema>> = { ...manifests, ...documents };
