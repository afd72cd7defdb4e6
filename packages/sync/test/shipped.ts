import { join } from "node:path";
import type { PlannedAgent, TemplateManifest, TemplateStep } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { toPublication } from "@nofx/manifest";
import {
  type AskedRequirement,
  type Candidate,
  type Known,
  type NamedResolution,
  readDependencies,
  resolveDependencies,
  type Strategy,
  type TestOrder,
  toTemplatePublication,
} from "@nofx/template";
import { readAgents } from "../src/agents.ts";
import { readTemplates } from "../src/templates.ts";

const directory = join(import.meta.dirname, "../../shared");
const tenant = "shipped";

const versionsOfAgents = async (): Promise<ReadonlyMap<string, readonly Candidate[]>> => {
  const agents = new Map<string, Candidate[]>();
  for (const { id, manifest } of await readAgents(join(directory, "agents"))) {
    if (!manifest) continue;
    const { document, digest } = toPublication(manifest);
    const dependencies = readDependencies(asObject(document.manifest).dependencies, tenant).requirements;
    const candidate: Candidate = { version: manifest.version, digest, status: "active", dependencies };
    agents.set(id, [...(agents.get(id) ?? []), candidate]);
  }
  return agents;
};

const agents = await versionsOfAgents();
const known: Known = ({ kind, id }) => (kind === "agent" ? agents.get(id) : undefined) ?? "absent";

/** The newest version of each template that ships. */
export const shippedTemplates: readonly TemplateManifest[] = [
  ...new Map((await readTemplates(join(directory, "templates"))).map(({ id, manifest }) => [id, manifest])).values(),
].flatMap((manifest) => manifest ?? []);

const wantedBy = (by: AskedRequirement["by"], ranges: unknown): AskedRequirement[] =>
  readDependencies({ agents: ranges }, tenant).requirements.map((requirement) => ({ ...requirement, by }));

/**
 * Versions of the shipped agents that a template runs with, within the ranges of an environment, too.
 * @throws Error if there are none
 */
export const resolved = (
  { templateId, version, content }: TemplateManifest,
  strategy: Strategy,
  environment?: { readonly name: string; readonly agents: Readonly<Record<string, string>> },
): NamedResolution => {
  const template = { kind: "template", tenant, id: templateId, version } as const;
  const result = resolveDependencies({
    requirements: [
      ...wantedBy(template, content.dependencies?.agents),
      ...(environment ? wantedBy({ kind: "environment", name: environment.name }, environment.agents) : []),
    ],
    strategy,
    known,
  });
  if (result.outcome !== "locked") throw new Error(`${templateId}: ${JSON.stringify(result)}`);
  const chosen = Object.entries(result.lock.agents).map(([name, locked]): [string, PlannedAgent] => {
    const agentId = name.slice(tenant.length + 1);
    return [agentId, { tenant, agentId, version: locked.version, digest: locked.digest }];
  });
  return { name: strategy, agents: new Map(chosen) };
};

/** A file that is published with a template, read as JSON; undefined if there is none. */
export const jsonFile = ({ files = [] }: TemplateManifest, path: unknown): unknown => {
  const text = files.find((file) => file.path === path)?.content;
  return text === undefined ? undefined : JSON.parse(text);
};

/** What a template is rendered from, but for the versions of its agents. */
export const orderOf = (manifest: TemplateManifest): Omit<TestOrder, "resolutions"> => {
  const { document, digest } = toTemplatePublication(manifest);
  const steps = asArray(asObject(jsonFile(manifest, manifest.content.versionFile)).steps) as TemplateStep[];
  return { tenant, document, digest, steps };
};
