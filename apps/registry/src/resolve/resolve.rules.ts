import type { AgentSummary, AgentVersionSummary, Resolution } from "@nofx/contract-registry";
import type { VersionRange } from "@nofx/versioning";
import { deprecationOf, versionUrl } from "../lifecycle/deprecation.rules.ts";

/** What is asked for; at most one of them. Nothing means `latest`. */
export interface Wanted {
  readonly range?: string | undefined;
  readonly channel?: string | undefined;
  readonly version?: string | undefined;
}

/** What resolving needs to know of an agent. */
export type ResolvableAgent = Pick<
  AgentSummary,
  "tenant" | "agentId" | "status" | "visibility" | "currentVersion" | "statusReason" | "deprecatedAt" | "successor"
>;

/** What resolving needs to know of a version. */
export type Candidate = Pick<
  AgentVersionSummary,
  "version" | "status" | "digest" | "statusReason" | "deprecatedAt" | "successor"
>;

export interface Unresolved {
  readonly ok: false;
  readonly code:
    | "agent_not_found"
    | "version_not_found"
    | "channel_not_found"
    | "range_unsatisfied"
    | "request_invalid";
  readonly detail?: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

export type Outcome = { readonly ok: true; readonly resolution: Resolution } | Unresolved;

/** How many versions a problem names. */
const namedMax = 10;

/** The highest active version in the range, or the highest deprecated one if there is no active one. Highest first. */
export const chooseVersion = (range: VersionRange, candidates: readonly Candidate[]): Candidate | undefined => {
  const highest = (status: Candidate["status"]): Candidate | undefined =>
    candidates.find((candidate) => candidate.status === status && range.includes(candidate.version));
  return highest("active") ?? highest("deprecated");
};

const isUsable = ({ status }: Candidate): boolean => status === "active" || status === "deprecated";

/** The first few of those that pass; the rest is not looked at. */
const firstFew = (candidates: readonly Candidate[], passes: (candidate: Candidate) => boolean): Candidate[] => {
  const found: Candidate[] = [];
  for (const candidate of candidates) {
    if (found.length === namedMax) break;
    if (passes(candidate)) found.push(candidate);
  }
  return found;
};

/** Why nothing in the range will do, and what there is instead. */
const unsatisfied = (name: string, range: VersionRange, candidates: readonly Candidate[]): Unresolved => {
  const available = firstFew(candidates, isUsable).map(({ version }) => version);
  const skipped = firstFew(candidates, ({ version }) => range.includesPrerelease(version)).map((candidate) => ({
    version: candidate.version,
    reason: isUsable(candidate) ? "prerelease" : candidate.status,
  }));
  const why = skipped.map(({ version, reason }) => `${version} (${reason})`).join(", ");
  const there = available.length > 0 ? `There are ${available.join(", ")}` : "There is no version that can be had";
  return {
    ok: false,
    code: "range_unsatisfied",
    detail: `No version of ${name} satisfies ${range.text}. ${there}.${why && ` Passed over: ${why}.`}`,
    members: { available, skipped },
  };
};

/** The one version that is meant if it is no range, or why there is none. */
export const pointedAt = (
  { tenant, agentId, currentVersion }: ResolvableAgent,
  wanted: Wanted,
  versionOf: (channel: string) => string | undefined,
): string | Unresolved => {
  if (wanted.version !== undefined) return wanted.version;
  if (wanted.channel === undefined || wanted.channel === "latest") return currentVersion;
  const detail = `${tenant}/${agentId} has no channel ${wanted.channel}.`;
  return versionOf(wanted.channel) ?? { ok: false, code: "channel_not_found", detail };
};

/** Nobody is told of a disabled agent but its own tenant. */
export const agentObstacle = (agent: ResolvableAgent | undefined, ownTenant: string): Unresolved | undefined => {
  if (agent && agent.status !== "disabled") return undefined;
  const isOwn = agent?.tenant === ownTenant;
  const reason = agent?.statusReason === undefined ? "" : `: ${agent.statusReason}`;
  const detail = isOwn ? `${agent.tenant}/${agent.agentId} is disabled${reason}` : undefined;
  return { ok: false, code: "agent_not_found", ...(detail !== undefined && { detail }) };
};

/** What an agent and a wish stand for. `candidates`: all versions, highest first, if it is a range, else the one meant. */
export const resolve = (
  agent: ResolvableAgent,
  wanted: Wanted,
  range: VersionRange | undefined,
  candidates: readonly Candidate[],
): Outcome => {
  const { tenant, agentId } = agent;
  const [only] = candidates;
  const chosen = range ? chooseVersion(range, candidates) : only;
  if (!chosen) {
    if (range) return unsatisfied(`${tenant}/${agentId}`, range, candidates);
    return { ok: false, code: "version_not_found", detail: `${tenant}/${agentId} has no version ${wanted.version}.` };
  }
  const { version, digest, status } = chosen;
  const asked = Object.values(wanted).some((value) => value !== undefined);
  const deprecation = deprecationOf(agent, chosen);
  return {
    ok: true,
    resolution: {
      tenant,
      agentId,
      version,
      digest,
      status,
      requested: asked ? wanted : { channel: "latest" },
      url: versionUrl(tenant, agentId, version),
      ...(deprecation && { deprecation }),
    },
  };
};
