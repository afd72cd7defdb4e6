import type { DatabaseHealth, FeedHealth, IndexHealth, ServiceHealth } from "@nofx/contract-search";

type Probed<T> =
  | { readonly ok: true; readonly value: T; readonly latencyMs: number }
  | { readonly ok: false; readonly reason: string };

interface SchemaState {
  readonly version: string | undefined;
  readonly pending: readonly string[];
}

/** How far the index has come with a feed. */
export interface FeedFigures {
  readonly source: "registry" | "marketplace";
  readonly seenAt: Date | null;
  /** How long ago that was, by the database's clock. */
  readonly ageMs: number | null;
  readonly error: string | null;
}

/** What the index holds. */
export interface IndexFigures {
  /** 0: there is none yet. */
  readonly generation: number;
  readonly isRebuilding: boolean;
  readonly agents: number;
  readonly templates: number;
  readonly quarantined: number;
  readonly feeds: readonly FeedFigures[];
}

/** Long polls end within this time, and another begins. */
const staleMs = 30_000;

/** How this service's database is, and the service itself with it. */
export const judgeOwn = (
  asked: Probed<SchemaState>,
  { version, contract }: { readonly version: string; readonly contract: string },
): { readonly service: ServiceHealth; readonly database: DatabaseHealth } => {
  const name = "search";
  const told = { name, version, contract: { served: contract, known: contract, matches: true } } as const;
  if (!asked.ok) {
    const { reason } = asked;
    return {
      service: { ...told, status: "failed", reason: `database: ${reason}` },
      database: { name, status: "failed", reason },
    };
  }
  const { version: schemaVersion, pending } = asked.value;
  const status = pending.length > 0 ? "degraded" : "ok";
  const reason = pending.length > 0 ? `Migrations to apply: ${pending.join(", ")}` : undefined;
  return {
    service: { ...told, status, reason },
    database: { name, status, latencyMs: asked.latencyMs, schemaVersion, pending: pending.length, reason },
  };
};

/** How far behind a feed the index is. */
export const feedHealth = ({ source, seenAt, ageMs, error }: FeedFigures): FeedHealth => ({
  source,
  reachable: error === null,
  seenAt: seenAt?.toISOString(),
  lagSeconds: ageMs === null ? undefined : Math.max(0, Math.round(ageMs / 100) / 10),
  reason: error ?? undefined,
});

const isStale = ({ ageMs }: FeedFigures): boolean => ageMs === null || ageMs > staleMs;

const problemOf = ({ generation, feeds, quarantined }: IndexFigures): Pick<IndexHealth, "status" | "reason"> => {
  if (generation === 0) return { status: "failed", reason: "it was never built" };
  const behind = feeds.filter(isStale).map(({ source }) => source);
  if (behind.length > 0) return { status: "stale", reason: `not up to date with: ${behind.join(", ")}` };
  return quarantined > 0 ? { status: "degraded", reason: `${quarantined} could not be indexed` } : { status: "ok" };
};

/** How the index is. */
export const judgeIndex = (asked: Probed<IndexFigures & { readonly documents: number }>): IndexHealth => {
  if (!asked.ok) return { status: "failed", reason: asked.reason };
  const { generation, isRebuilding, documents, agents, templates, quarantined, feeds } = asked.value;
  return {
    ...problemOf(asked.value),
    generation,
    documents,
    records: { agents, templates },
    quarantined,
    rebuilding: isRebuilding,
    feeds: feeds.map(feedHealth),
  };
};
