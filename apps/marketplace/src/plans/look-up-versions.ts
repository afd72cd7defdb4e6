import type { RequestContext } from "@nofx/service-kit";
import { type Candidate, type Known, type Requirement, type Resource, templateDependencies } from "@nofx/template";
import type { UsableAgent } from "../agents/agent-candidates.ts";
import type { Deps } from "../deps.ts";
import { type CandidateRow, findCandidates, findStepFiles, type ReadRows, readCommitted } from "./candidate.store.ts";

/** What there is of a resource for the caller. */
interface Found {
  readonly candidates: readonly Candidate[];
  readonly isDeprecated: boolean;
  readonly isPublic: boolean;
}

/** What has been looked up for one caller so far. Nobody else may be told of it. */
export interface VersionsLookup {
  readonly known: Known;
  /** Looks up what is not known yet. @throws dependency_unavailable */
  fetch(resources: readonly Resource[]): Promise<void>;
  /** How many resources have been looked up. */
  count(): number;
  /** How many dependencies all versions of these have together. */
  dependencyCount(): number;
  /** Steps that searches among them have taken so far, for whoever bounds these together. */
  stepsTaken: number;
  /** How many may be. */
  readonly resourcesMax: number;
  /** Whether the resource as a whole is deprecated. */
  isDeprecated(resource: Resource): boolean;
  /** Whether everybody may read of it. */
  isPublic(resource: Resource): boolean;
  /** To be called when it has changed since it was looked up. */
  forget(resource: Resource): void;
}

export interface LookupOptions {
  /** How templates are read. */
  readonly read?: ReadRows;
  readonly resourcesMax?: number;
}

/** Larger graphs are refused: each resource costs memory and calls. */
export const resourcesMax = 2_000;

/** How many versions of a template are looked at; of an agent the registry tells as many. */
const versionsMax = 200;
const absent = "absent" as const;

const keyOf = ({ kind, tenant, id }: Resource): string => `${kind} ${tenant}/${id}`;

const agentFound = ({ versions, deprecated, visibility }: UsableAgent): Found => ({
  candidates: versions.map(({ dependencies, ...version }) => ({
    ...version,
    dependencies: dependencies.map(
      ({ tenant, agentId, range }): Requirement => ({ resource: { kind: "agent", tenant, id: agentId }, range }),
    ),
  })),
  isDeprecated: deprecated,
  isPublic: visibility === "public",
});

const stepsIn = (content: Buffer | undefined): readonly unknown[] => {
  if (!content) return [];
  const { steps } = JSON.parse(content.toString("utf8")) as { steps?: unknown };
  return Array.isArray(steps) ? steps : [];
};

const candidateOf = (row: CandidateRow, content: Buffer | undefined): Candidate => {
  const inline = row.agentIds.map((agentId) => ({ agentId }));
  const steps = row.stepsDigest === null ? inline : stepsIn(content);
  const dependencies = templateDependencies({ content: { dependencies: row.dependencies, steps } }).map(
    ({ kind, tenant = row.tenant, id, range }): Requirement => ({ resource: { kind, tenant, id }, range }),
  );
  return { version: row.version, digest: row.digest, status: row.status as Candidate["status"], dependencies };
};

const templatesFound = async (
  read: ReadRows,
  ctx: RequestContext,
  resources: readonly Resource[],
): Promise<ReadonlyMap<string, Found>> => {
  const addresses = resources.map(({ tenant, id }) => ({ tenant, templateId: id }));
  const seen = await findCandidates(read, addresses, versionsMax);
  // Services see what is private; whoever they ask for does not.
  const rows = seen.filter(({ isPublic, tenant }) => isPublic || tenant === ctx.tenantId);
  const named = rows.flatMap(({ tenant, templateId, stepsDigest: digest }) =>
    digest === null ? [] : [{ tenant, templateId, digest }],
  );
  const files = named.length === 0 ? [] : await findStepFiles(read, named);
  const contents = new Map(files.map((file) => [`${file.tenant}/${file.templateId} ${file.digest}`, file.content]));
  const groups = Map.groupBy(rows, ({ tenant, templateId: id }) => keyOf({ kind: "template", tenant, id }));
  return new Map(
    [...groups].map(([key, group]): [string, Found] => [
      key,
      {
        candidates: group.map((row) =>
          candidateOf(row, contents.get(`${row.tenant}/${row.templateId} ${row.stepsDigest}`)),
        ),
        isDeprecated: group.some(({ isDeprecated }) => isDeprecated),
        isPublic: group.every(({ isPublic }) => isPublic),
      },
    ]),
  );
};

/** Looks versions up: agents in the registry, templates here. */
export const versionsLookup = (
  deps: Deps,
  ctx: RequestContext,
  { read = readCommitted(deps.db, ctx), resourcesMax: max = resourcesMax }: LookupOptions = {},
): VersionsLookup => {
  let failure: { readonly error: unknown } | undefined;
  const found = new Map<string, Found | typeof absent>();
  let dependencies = 0;
  const add = (resource: Resource, one: Found | typeof absent): void => {
    found.set(keyOf(resource), one);
    if (one !== absent) for (const candidate of one.candidates) dependencies += candidate.dependencies.length;
  };
  const told = (resource: Resource): Found | undefined => {
    const one = found.get(keyOf(resource));
    return one === absent ? undefined : one;
  };
  const lookUp = async (fresh: readonly Resource[]): Promise<void> => {
    const agents = fresh.filter(({ kind }) => kind === "agent");
    const templates = fresh.filter(({ kind }) => kind === "template");
    const [ofAgents, ofTemplates] = await Promise.all([
      deps.agents.candidates(
        ctx,
        agents.map(({ tenant, id }) => ({ tenant, agentId: id })),
      ),
      templates.length === 0 ? new Map<string, Found>() : templatesFound(read, ctx, templates),
    ]);
    agents.forEach((resource, index) => {
      const agent = ofAgents[index];
      add(resource, agent ? agentFound(agent) : absent);
    });
    for (const resource of templates) add(resource, ofTemplates.get(keyOf(resource)) ?? absent);
  };
  return {
    known: (resource) => (found.get(keyOf(resource)) === absent ? absent : told(resource)?.candidates),
    count: () => found.size,
    dependencyCount: () => dependencies,
    stepsTaken: 0,
    resourcesMax: max,
    isDeprecated: (resource) => told(resource)?.isDeprecated ?? false,
    isPublic: (resource) => told(resource)?.isPublic ?? false,
    forget: (resource) => void found.delete(keyOf(resource)),
    fetch: async (resources) => {
      // Whom it concerns hears of it once: a request does not ask again what has failed.
      if (failure) throw failure.error;
      const fresh = resources.filter((resource) => !found.has(keyOf(resource)));
      await lookUp(fresh).catch((error: unknown) => {
        failure = { error };
        throw error;
      });
    },
  };
};
