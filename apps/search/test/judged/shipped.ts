import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SearchDocument } from "@nofx/search-core";
import { z } from "zod";
import { withParents } from "./invented.ts";
import { signalsOf } from "./signals.ts";

/** Whose the shipped content is where it is published first. */
export const shippedTenant = "local";

const shipped = join(import.meta.dirname, "../../../../packages/shared");
const textMax = 16_384;

const Metadata = z.object({ owner: z.string(), license: z.string(), aliases: z.array(z.string()).default([]) });
const Described = z.object({
  name: z.string(),
  description: z.string(),
  version: z.string(),
  tags: z.array(z.string()),
  metadata: Metadata,
});
const Agent = Described.extend({
  agentId: z.string(),
  capabilities: z.array(z.object({ id: z.string() })),
});
const Step = z.object({ id: z.string(), name: z.string().optional(), inputs: z.record(z.string(), z.unknown()) });
const Template = Described.extend({
  templateId: z.string(),
  category: z.string(),
  content: z.object({
    kind: z.string(),
    goal: z.string().default(""),
    instructions: z.string().default(""),
    versionFile: z.string().optional(),
    variables: z.record(z.string(), z.object({ description: z.string().default("") })).default({}),
    dependencies: z.object({ agents: z.record(z.string(), z.string()).default({}) }).default({ agents: {} }),
  }),
});

const read = (...path: string[]): string => readFileSync(join(shipped, ...path), "utf8");
const directoriesOf = (folder: string): string[] =>
  readdirSync(join(shipped, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** Texts of the current version that are written for readers. */
const textsOf = (folder: string, id: string): string[] =>
  readdirSync(join(shipped, folder, id), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("versions"))
    .sort()
    .map((path) => read(folder, id, path));

const common = { visibility: "public", status: "active", tenant: shippedTenant } as const;
const described = ({ name, description, version, tags, metadata }: z.infer<typeof Described>) => ({
  name,
  description,
  currentVersion: version,
  tags,
  aliases: metadata.aliases,
  author: metadata.owner,
  license: metadata.license,
});

const agentOf = (id: string, now: Date): SearchDocument => {
  const manifest = Agent.parse(JSON.parse(read("agents", id, "agent.json")));
  return {
    ...common,
    ...described(manifest),
    type: "agent",
    id: manifest.agentId,
    kind: undefined,
    category: undefined,
    categories: [],
    capabilities: manifest.capabilities.map((capability) => capability.id),
    agents: [],
    body: textsOf("agents", id).join("\n").slice(0, textMax),
    ...signalsOf({ type: "agent", tenant: shippedTenant, id }, now),
  };
};

const stepWords = (id: string, versionFile: string | undefined): string[] => {
  if (versionFile === undefined) return [];
  const { steps } = z.object({ steps: z.array(Step) }).parse(JSON.parse(read("templates", id, versionFile)));
  return steps.flatMap((step) => [
    step.id,
    step.name ?? "",
    ...Object.values(step.inputs).filter((value) => typeof value === "string"),
  ]);
};

const templateOf = (id: string, now: Date): SearchDocument => {
  const manifest = Template.parse(JSON.parse(read("templates", id, "template.json")));
  const { kind, goal, instructions, versionFile, variables, dependencies } = manifest.content;
  const words = [
    goal,
    instructions,
    ...stepWords(id, versionFile),
    ...Object.entries(variables).flatMap(([name, { description }]) => [name, description]),
    ...textsOf("templates", id),
  ];
  return {
    ...common,
    ...described(manifest),
    type: "template",
    id: manifest.templateId,
    kind,
    category: manifest.category,
    categories: withParents(manifest.category),
    capabilities: [],
    agents: Object.keys(dependencies.agents).map((agent) => `${shippedTenant}/${agent}`),
    body: words.join("\n").slice(0, textMax),
    ...signalsOf({ type: "template", tenant: shippedTenant, id }, now),
  };
};

/** The agents and templates of packages/shared, as an index has them. */
export const shippedDocuments = (now: Date): SearchDocument[] => [
  ...directoriesOf("agents").map((id) => agentOf(id, now)),
  ...directoriesOf("templates").map((id) => templateOf(id, now)),
];
