import { setImmediate } from "node:timers/promises";
import type { ResolveResult } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import { parseRange, type VersionRange } from "@nofx/versioning";
import { type AgentAddress, ownerOf } from "../agents/address.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import {
  agentObstacle,
  type Candidate,
  type Outcome,
  pointedAt,
  type ResolvableAgent,
  resolve,
  type Unresolved,
  type Wanted,
} from "./resolve.rules.ts";
import { findAgents, findCandidates, findChannels } from "./resolve.store.ts";

/** One agent to resolve. */
export interface ResolveRequest extends Wanted {
  readonly tenant?: string | undefined;
  readonly agentId: string;
}

/** A request that has an agent to ask for. */
interface Wish extends AgentAddress {
  readonly wanted: Wanted;
  readonly range: VersionRange | undefined;
}

/** A wish whose agent is there: a range to choose from, or the version that is meant. */
interface Aim extends Wish {
  readonly agent: ResolvableAgent;
  readonly version: string | undefined;
}

const nameOf = ({ tenant, agentId }: AgentAddress): string => `${tenant}/${agentId}`;
const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];
const isResolvable = <T extends object>(item: T | Unresolved): item is T => !("ok" in item);

const wishOf = (deps: Deps, ctx: RequestContext, request: ResolveRequest): Wish | Unresolved => {
  const { tenant: given, agentId, ...wanted } = request;
  const tenant = ownerOf(deps, ctx, given);
  if (tenant === undefined) {
    return { ok: false, code: "agent_not_found", detail: "Name the tenant whose agent you mean: `tenant`." };
  }
  const range = wanted.range === undefined ? undefined : parseRange(wanted.range);
  if (wanted.range !== undefined && !range) {
    const detail = `"${wanted.range}" is not a version range; write it as ^1.2.0.`;
    return { ok: false, code: "request_invalid", detail };
  }
  return { tenant, agentId, wanted, range };
};

/** Agents and channels of all wishes, two statements at once. */
const aimer = async (deps: Deps, ctx: RequestContext, wishes: readonly Wish[]) => {
  const pointers = wishes.flatMap(({ tenant, agentId, wanted: { channel } }) =>
    channel === undefined ? [] : [{ tenant, agentId, channel }],
  );
  const keyOf = (pointer: AgentAddress & { channel: string }): string => `${nameOf(pointer)} ${pointer.channel}`;
  const [agents, channels] = await Promise.all([
    findAgents(deps.db, ctx, unique(wishes, nameOf)),
    findChannels(deps.db, ctx, unique(pointers, keyOf)),
  ]);
  const agentOf = new Map(agents.map((agent) => [nameOf(agent), agent]));
  const versionOf = new Map(channels.map((channel) => [keyOf(channel), channel.version]));
  return (wish: Wish): Aim | Unresolved => {
    const agent = agentOf.get(nameOf(wish));
    const obstacle = agentObstacle(agent, ctx.tenantId);
    if (!agent || obstacle) return obstacle ?? { ok: false, code: "agent_not_found" };
    if (wish.range) return { ...wish, agent, version: undefined };
    const version = pointedAt(agent, wish.wanted, (channel) => versionOf.get(keyOf({ ...wish, channel })));
    return typeof version === "string" ? { ...wish, agent, version } : version;
  };
};

/** The versions that all aims choose from, one statement: every version of an agent only where there is a range. */
const candidatesOf = async (deps: Deps, ctx: RequestContext, aims: readonly Aim[]) => {
  const ranges = aims.filter(({ range }) => range !== undefined);
  const whole = new Map(ranges.map((aim) => [nameOf(aim), aim]));
  const single = aims.flatMap(({ tenant, agentId, version }) =>
    version === undefined || whole.has(nameOf({ tenant, agentId })) ? [] : [{ tenant, agentId, version }],
  );
  const exact = unique(single, (one) => `${nameOf(one)} ${one.version}`);
  const found = Map.groupBy(await findCandidates(deps.db, ctx, [...whole.values()], exact), nameOf);
  return (aim: Aim): readonly Candidate[] => {
    const versions = found.get(nameOf(aim)) ?? [];
    return aim.range ? versions : versions.filter(({ version }) => version === aim.version);
  };
};

/** Resolves any number of agents with three statements in two round trips, and reads no document. */
export const resolveAll = async (
  deps: Deps,
  ctx: RequestContext,
  requests: readonly ResolveRequest[],
): Promise<Outcome[]> => {
  const wishes = requests.map((request) => wishOf(deps, ctx, request));
  const aim = await aimer(deps, ctx, wishes.filter(isResolvable));
  const aims = wishes.map((wish) => (isResolvable(wish) ? aim(wish) : wish));
  const candidates = await candidatesOf(deps, ctx, aims.filter(isResolvable));
  const outcomes: Outcome[] = [];
  for (const item of aims) {
    outcomes.push(isResolvable(item) ? resolve(item.agent, item.wanted, item.range, candidates(item)) : item);
    // 500 awkward ranges over 1,000 versions are seconds of work: others get their turn.
    if (outcomes.length % 20 === 0) await setImmediate();
  }
  return outcomes;
};

/** Resolves many agents, each with its own result. */
export const resolveAgents = async (
  deps: Deps,
  ctx: RequestContext,
  requests: readonly ResolveRequest[],
): Promise<ResolveResult[]> => {
  const outcomes = await resolveAll(deps, ctx, requests);
  return outcomes.map((outcome) => {
    if (outcome.ok) return { ok: true, ...outcome.resolution };
    const { code, title, details } = problem(
      outcome.code,
      outcome.detail === undefined ? {} : { detail: outcome.detail },
    );
    return { ok: false, problem: { code, title, detail: details.detail ?? title } };
  });
};
