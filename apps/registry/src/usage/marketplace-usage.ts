import type { Change } from "@nofx/contract-kit";
import { AgentUsageDay, agentUsageCounted } from "@nofx/contract-marketplace";
import { type GuardedCalls, type GuardOptions, guardedCalls, Refused } from "@nofx/track-kit";
import { marketplaceClient } from "../marketplace-client.ts";

/** What the marketplace has told behind a place. */
export interface UsageNews {
  readonly days: readonly AgentUsageDay[];
  /** Where to read on. */
  readonly next: string;
  /** There is more at once. */
  readonly isFull: boolean;
}

/** The template marketplace, as far as it tells how agents are used. Every call throws when it is not answered. */
export interface MarketplaceUsage {
  /** The place behind everything that has happened. */
  end(signal: AbortSignal): Promise<string>;
  /** What comes behind a place; waits for it for a while. Undefined: from there nobody can go on. */
  after(place: string, signal: AbortSignal): Promise<UsageNews | undefined>;
  /** A page of everything. */
  page(cursor: string | undefined, signal: AbortSignal): Promise<{ days: AgentUsageDay[]; nextCursor?: string }>;
  circuit: GuardedCalls["circuit"];
}

const changesMax = 1_000;
const daysMax = 1_000;
const waitSeconds = 10;
const timeoutMs = 15_000;

/** The days that changes tell: of each the last one. What is told of other things, or not understood, is left out. */
export const daysOf = (changes: readonly Change[]): AgentUsageDay[] => {
  const days = new Map<string, AgentUsageDay>();
  for (const { type, tenant, resourceId: agentId, version, data } of changes) {
    if (type !== agentUsageCounted) continue;
    const { data: day } = AgentUsageDay.safeParse({ ...data, tenant, agentId, version });
    if (day) days.set(JSON.stringify([tenant, agentId, version, day.day, day.sample]), day);
  }
  return [...days.values()];
};

type Answered<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly status: number; readonly problem: { readonly code: string } };

const bodyOf = <Body>(answered: Answered<Body>): Body => {
  if (!answered.ok) throw new Refused(answered.status);
  return answered.body;
};

/** Reads the marketplace as a service. */
export const marketplaceUsage = (
  access: { readonly baseUrl: string; readonly token: string },
  options: GuardOptions = {},
): MarketplaceUsage => {
  const marketplace = marketplaceClient({ ...access, timeoutMs });
  const { run, circuit } = guardedCalls(options);
  return {
    circuit,
    end: (signal) =>
      run(async () => bodyOf(await marketplace.listMarketplaceChanges({ from: "now" }, { signal })).next),
    after: (after, signal) =>
      run(async () => {
        const order = { after, limit: changesMax, wait: waitSeconds };
        const answered = await marketplace.listMarketplaceChanges(order, { signal });
        // A cursor that cannot be read is as good as one that is past its time.
        if (!answered.ok && ["changes_gone", "cursor_invalid"].includes(answered.problem.code)) return undefined;
        const { changes, next } = bodyOf(answered);
        return { days: daysOf(changes), next, isFull: changes.length === changesMax };
      }),
    page: (cursor, signal) =>
      run(async () => {
        const order = { limit: daysMax, ...(cursor !== undefined && { cursor }) };
        const { days, nextCursor } = bodyOf(await marketplace.listAgentUsage(order, { signal }));
        return { days, ...(nextCursor !== undefined && { nextCursor }) };
      }),
  };
};
