import type { Client } from "@nofx/client";
import { type AgentManifest, type registryContract, registryErrors } from "@nofx/contract-registry";
import { classify, toPublication, validateText } from "@nofx/manifest";
import { judgeSemver } from "@nofx/versioning";
import { apply } from "./apply.ts";
import type { Kind, Layout } from "./kind.ts";
import { plan } from "./plan.ts";
import { type Only, readDirectory } from "./read-directory.ts";
import { answering } from "./service.ts";
import type { Source } from "./source.ts";
import type { ApplyOptions, PlanOptions, SyncPlan, SyncReport } from "./types.ts";

/** The registry through its public API. */
export type RegistryClient = Client<typeof registryContract>;

/** How agents lie in a directory. */
export const agentLayout: Layout<AgentManifest> = {
  noun: "agent",
  idField: "agentId",
  manifestFile: "agent.json",
  validate: validateText,
  absorbed: {
    file: "mcp.json",
    isAbout: ({ code, line, path }) =>
      code === "mcp_not_json" || (line === undefined && path.startsWith("$.manifest.mcpServers")),
  },
};

const documentOf = (manifest: AgentManifest) => toPublication(manifest).document;

/** Agents, published to a registry. */
const agents = (client: RegistryClient): Kind<AgentManifest> => ({
  ...agentLayout,
  service: "registry",
  find: (agentId, options) => answering(client.getAgent({ agentId }, options), ({ agent }) => agent),
  publish: (body, { force: _none, ...order }, options) =>
    answering(
      client.publishAgent({ body, ...order }, options),
      ({ agent: { tenant }, version: { digest }, ...published }) => ({
        ...published,
        tenant,
        digest,
      }),
    ),
  semver: {
    policy: (options) => answering(client.getSettings({}, options), ({ settings }) => settings.semverPolicy),
    compare: (previous, manifest) => judgeSemver(classify, documentOf(previous), documentOf(manifest)),
    refusal: registryErrors.version_bump_too_small.title,
  },
  pruning: {
    list: (query, options) =>
      answering(client.listAgents(query, options), ({ agents: page, nextCursor }) => ({
        ids: page.map(({ agentId }) => agentId),
        nextCursor,
      })),
    disable: (agentId, reason, options) =>
      client.setAgentStatus({ agentId, body: { status: "disabled", reason } }, options),
  },
});

/**
 * All agents of a directory: `<agentId>/agent.json` with the files beside it, earlier versions in
 * `<agentId>/versions/<semver>/`. Each agent's oldest version first, what is broken included. With `only`, of no others.
 */
export const readAgents = (directory: string, only?: Only): Promise<Source<AgentManifest>[]> =>
  readDirectory(agentLayout, directory, only);

/**
 * Says what it would take for the registry to have what a directory of agents has: the registry judges each version in
 * a dry run. A version that follows others which are not published yet is compared with those here, by the registry's
 * rule and the tenant's policy. Nothing is written. Candidates for `prune` are listed once the registry has named the
 * token's tenant, so never of a directory without a single sound agent.
 * @throws ProblemError if the registry refuses the caller rather than an agent, or cannot answer.
 */
export const planSync = (
  client: RegistryClient,
  directory: string,
  options: PlanOptions = {},
): Promise<SyncPlan<AgentManifest>> => plan(agents(client), directory, options);

/**
 * Does what a plan says. If any of it cannot be done (`broken`, `conflict`, `refused`), nothing is, unless `partial`.
 * Agents are published beside each other, the versions of one in order; after a failure nothing more of that agent is.
 * Publishing the same again changes nothing, so an apply that was cut short can be repeated.
 * @throws SyncRefused before anything is written.
 */
export const applySync = (
  client: RegistryClient,
  planned: SyncPlan<AgentManifest>,
  options: ApplyOptions = {},
): Promise<SyncReport> => apply(agents(client), planned, options);
