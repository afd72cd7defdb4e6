import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import pg from "pg";
import type { CapacityStage } from "./capacity-stage.ts";
import { type Manifest, publishAgents } from "./content.ts";

/** How much is published: four fifths agents, one fifth templates, each in `versionsEach` versions. */
export interface Load {
  readonly versions: number;
  readonly versionsEach: number;
}

/** What there is then. */
export interface Loaded {
  readonly agents: readonly string[];
  readonly templates: readonly string[];
  /** `1.0.0`, `1.1.0` and so on: what each has. */
  readonly versions: readonly string[];
}

const publishersAtOnce = 4;

/** An agent's prompts as one, with nothing in it that a template would fill in. */
const promptOf = ({ files = [], description }: Manifest): string => {
  const text = files.map(({ content }) => content).join("\n");
  return text.replaceAll(/\{\{|\}\}/g, "").slice(0, 16_000) || (description ?? "Answer.");
};

/** A prompt as long as those of an agent. */
const templateOf = (manifest: Manifest, id: string, version: string) => ({
  templateId: id,
  version,
  name: manifest.name,
  description: `${manifest.description} This is version ${version}.`,
  tags: manifest.tags,
  content: {
    kind: "prompt" as const,
    instructions: promptOf(manifest),
    input: [{ type: "input_text" as const, text: "{{ what }}" }],
    variables: { what: { type: "string" as const, required: true } },
  },
});

const publishTemplates = async (
  { templates }: CapacityStage,
  manifests: readonly Manifest[],
  ids: readonly string[],
  versions: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const queue = ids.entries();
  const work = async (): Promise<void> => {
    for (const [index, id] of queue) {
      for (const version of versions) {
        signal.throwIfAborted();
        const manifest = manifests[index % manifests.length] as Manifest;
        await unwrap(templates.publishTemplate({ body: templateOf(manifest, id, version) }));
      }
    }
  };
  await Promise.all(Array.from({ length: publishersAtOnce }, work));
};

/** Until search has a record of each. */
const untilIndexed = async (adminUrl: string, expected: number, signal: AbortSignal): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM search.records");
      if ((rows[0]?.n ?? 0) >= expected) return;
      await delay(250, undefined, { signal });
    }
  } finally {
    await client.end();
  }
};

/** Publishes as variations of the shipped agents, until search has everything. */
export const fill = async (
  stage: CapacityStage,
  manifests: readonly Manifest[],
  load: Load,
  signal: AbortSignal,
): Promise<Loaded> => {
  const versions = Array.from({ length: load.versionsEach }, (_, minor) => `1.${minor}.0`);
  const each = Math.max(1, Math.round(load.versions / load.versionsEach / 5));
  const agents = await publishAgents(stage.publisher, manifests, { agents: each * 4, versions }, signal);
  const templates = Array.from({ length: each }, (_, n) => `template-${n}`);
  await publishTemplates(stage, manifests, templates, versions, signal);
  await untilIndexed(stage.adminUrl, agents.length + templates.length, signal);
  return { agents, templates, versions };
};
