import { dirname, join } from "node:path";
import { unwrap } from "@nofx/client";
import type { TemplateManifest } from "@nofx/contract-marketplace";
import type { AgentManifest, CandidatesResult } from "@nofx/contract-registry";
import { asObject } from "@nofx/document";
import { toPublication } from "@nofx/manifest";
import {
  type Candidate,
  inlinedPublication,
  type Known,
  type Requirement,
  type Resource,
  readDependencies,
  templateDependencies,
  toTemplatePublication,
} from "@nofx/template";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";
import { findManifests } from "./find-manifests.ts";
import { type Judged, judgeDirectory } from "./judge-manifests.ts";
import { publishedVersions } from "./published-template.ts";

/** What templates are resolved with. */
export interface KnownVersions {
  /** The author's own; what templates name without a tenant is theirs. */
  readonly tenant: string;
  readonly known: Known;
  fetch(resources: readonly Resource[]): Promise<void>;
  readonly isOffline: boolean;
}

const keyOf = ({ kind, tenant, id }: Resource): string => `${kind} ${tenant}/${id}`;

/** The tenant's name where nobody has told it. */
const nobody = "local";

const agentCandidate = (manifest: AgentManifest, tenant: string): Candidate => {
  const { document, digest } = toPublication(manifest);
  const { requirements } = readDependencies(asObject(document.manifest).dependencies, tenant);
  return { version: manifest.version, digest, status: "active", dependencies: requirements };
};

/** What a version of a template depends on, as candidates say it. */
const templateRequirements = (document: Parameters<typeof templateDependencies>[0], own: string): Requirement[] =>
  templateDependencies(document).map(({ kind, tenant = own, id, range }) => ({
    resource: { kind, tenant, id },
    range,
  }));

const templateCandidate = (manifest: TemplateManifest, tenant: string): Candidate => {
  const publication = toTemplatePublication(manifest);
  const dependencies = templateRequirements(inlinedPublication(publication), tenant);
  return { version: manifest.version, digest: publication.digest, status: "active", dependencies };
};

const candidateOf = ({ kind, manifest }: Judged, tenant: string): Candidate =>
  kind === "agent"
    ? agentCandidate(manifest as AgentManifest, tenant)
    : templateCandidate(manifest as TemplateManifest, tenant);

/** Every sound version in the repository that a template lies in: `agents` and `templates` beside each other. */
const versionsBeside = async (template: string, cwd: string): Promise<Judged[]> => {
  const repository = dirname(dirname(template));
  const judged: Judged[] = [];
  for (const name of ["agents", "templates"]) {
    const found = await findManifests(join(repository, name), name).catch(() => ({ directories: [] }));
    for (const each of found.directories) judged.push(...(await judgeDirectory(each, cwd)));
  }
  return judged.filter(({ manifest }) => manifest !== undefined);
};

type Found = Map<string, readonly Candidate[] | "absent">;

/** What the registry says of an agent; where nobody knows the caller's tenant by its name, it stays without one. */
const candidatesOf = (
  result: CandidatesResult | undefined,
  asked: Resource,
  own: string,
): readonly Candidate[] | "absent" => {
  if (!result?.ok) return "absent";
  const isOwn = (tenant: string): boolean => tenant === result.tenant && asked.tenant === own;
  return result.versions.map(({ dependencies, ...version }) => ({
    ...version,
    dependencies: dependencies.map(({ tenant, agentId: id, range }) => {
      return { resource: { kind: "agent", tenant: isOwn(tenant) ? own : tenant, id }, range };
    }),
  }));
};

/** The registry's versions of agents, and the tenant that it takes the caller for. */
const agentVersions = async (context: Context, resources: readonly Resource[], own: string): Promise<Found> => {
  const found: Found = new Map();
  if (resources.length === 0) return found;
  const client = await context.registry();
  const agents = resources.map(({ tenant, id }) => ({ agentId: id, ...(tenant !== own && { tenant }) }));
  const { results } = await unwrap(client.getAgentCandidates({ body: { agents } }));
  for (const [index, resource] of resources.entries())
    found.set(keyOf(resource), candidatesOf(results[index], resource, own));
  return found;
};

/** Whose agents they are, by the registry's word. */
const ownTenant = async (context: Context, agentIds: readonly string[]): Promise<string | undefined> => {
  const client = await context.registry();
  const body = { agents: [...agentIds].map((agentId) => ({ agentId })) };
  const { results } = await unwrap(client.getAgentCandidates({ body }));
  return results.flatMap((result) => (result.ok ? [result.tenant] : []))[0];
};

/** Whether the registry answers; if it does not, what lies here has to do. */
const reach = async (
  context: Context,
  agentIds: readonly string[],
): Promise<{ readonly tenant: string | undefined } | undefined> => {
  try {
    const ids = agentIds.length > 0 ? agentIds : ["any"];
    return { tenant: await ownTenant(context, ids) };
  } catch (error) {
    const failure = explainError(error, context.calls);
    if (failure.details.exitCode !== 3) throw failure;
    context.note(`${context.style.yellow("warning:")} ${failure.message}; taking what lies in the directory`);
    return undefined;
  }
};

const merged = (
  there: readonly Candidate[] | "absent" | undefined,
  here: readonly Candidate[],
): readonly Candidate[] | "absent" => {
  const published = there === undefined || there === "absent" ? [] : there;
  const fresh = here.filter(({ version }) => !published.some((one) => one.version === version));
  return there === "absent" && fresh.length === 0 ? "absent" : [...published, ...fresh];
};

/** Versions of agents and templates: those that lie beside a template, and unless offline those that are published. */
export const knownVersions = async (
  context: Context,
  template: string,
  agentIds: readonly string[],
  isOffline: boolean,
): Promise<KnownVersions> => {
  const reached = isOffline ? undefined : await reach(context, agentIds);
  const tenant = reached?.tenant ?? nobody;
  const beside = await versionsBeside(template, context.cwd);
  const here = Map.groupBy(beside, ({ kind, id = "" }) => keyOf({ kind, tenant, id }));
  const candidatesHere = (resource: Resource): Candidate[] =>
    (here.get(keyOf(resource)) ?? []).map((each) => candidateOf(each, tenant));
  const found: Found = new Map();
  return {
    tenant,
    isOffline: reached === undefined,
    known: (resource) => found.get(keyOf(resource)),
    fetch: async (resources) => {
      const there: Found = new Map();
      if (reached) {
        const agents = resources.filter(({ kind }) => kind === "agent");
        for (const [key, versions] of await agentVersions(context, agents, tenant)) there.set(key, versions);
        for (const resource of resources.filter(({ kind }) => kind === "template")) {
          there.set(keyOf(resource), await publishedVersions(context, resource, tenant));
        }
      }
      for (const resource of resources) {
        found.set(keyOf(resource), merged(there.get(keyOf(resource)) ?? "absent", candidatesHere(resource)));
      }
    },
  };
};
