import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { recordLimits } from "@nofx/contract-kit";
import { z } from "zod";

const shipped = join(import.meta.dirname, "../../../../packages/shared");
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(shipped, ...path), "utf8"));

const Described = z.object({
  name: z.string(),
  description: z.string(),
  version: z.string(),
  tags: z.array(z.string()),
  metadata: z.object({ owner: z.string(), license: z.string(), aliases: z.array(z.string()).default([]) }),
});
const Dependencies = z.object({ agents: z.record(z.string(), z.string()).default({}) }).default({ agents: {} });
const Agent = Described.extend({
  agentId: z.string(),
  capabilities: z.array(z.object({ id: z.string(), label: z.string(), description: z.string().optional() })),
  manifest: z.object({ model: z.string().optional(), dependencies: Dependencies }),
});
const Template = Described.extend({
  templateId: z.string(),
  category: z.string(),
  content: z.object({
    kind: z.enum(["workflow", "prompt"]),
    goal: z.string().default(""),
    instructions: z.string().default(""),
    versionFile: z.string().optional(),
    variables: z.record(z.string(), z.object({ description: z.string().default("") })).default({}),
    dependencies: Dependencies,
  }),
});
const Steps = z.object({
  steps: z.array(
    z.object({ id: z.string(), name: z.string().default(""), inputs: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** A manifest that ships, with what its version says in prompts and other texts. */
interface Shipped<Manifest> {
  readonly manifest: Manifest;
  readonly text: string;
}

/** Texts of the current version that are written for readers, prompts last: paths in order. */
const textsOf = (folder: string, id: string): string[] =>
  readdirSync(join(shipped, folder, id), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("versions"))
    .sort()
    .map((path) => readFileSync(join(shipped, folder, id, path), "utf8"));

const joined = (texts: readonly string[]): string =>
  texts
    .filter((text) => text !== "")
    .join("\n")
    .slice(0, recordLimits.textMax);

const idsIn = (folder: string): string[] =>
  readdirSync(join(shipped, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** The agents of packages/shared. */
export const shippedAgents = (): Shipped<z.infer<typeof Agent>>[] =>
  idsIn("agents").map((id) => ({
    manifest: Agent.parse(json("agents", id, "agent.json")),
    text: joined(textsOf("agents", id)),
  }));

const stepWords = (id: string, versionFile: string): string[] =>
  Steps.parse(json("templates", id, versionFile)).steps.flatMap((step) => [
    step.id,
    step.name,
    ...Object.values(step.inputs).filter((value) => typeof value === "string"),
  ]);

/** The templates of packages/shared. */
export const shippedTemplates = (): Shipped<z.infer<typeof Template>>[] =>
  idsIn("templates").map((id) => {
    const manifest = Template.parse(json("templates", id, "template.json"));
    const { goal, instructions, versionFile, variables } = manifest.content;
    const text = joined([
      goal,
      instructions,
      ...(versionFile === undefined ? [] : stepWords(id, versionFile)),
      ...Object.entries(variables).flatMap(([name, { description }]) => [name, description]),
      ...textsOf("templates", id),
    ]);
    return { manifest, text };
  });
