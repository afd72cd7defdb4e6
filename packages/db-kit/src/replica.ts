import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { keptValue } from "./kept-value.ts";
import { assertLeastPrivilege } from "./least-privilege.ts";
import { type Connections, mayAskAnother, type Reads } from "./reads.ts";

/**
 * Who answered a read that a replica may answer: the `replica`; or the primary, since the replica was too far `behind`,
 * was known to be `away`, or `failed` at this very read.
 */
export type ReadOutcome = "replica" | "behind" | "away" | "failed";

/** How a replica stands. */
interface ReplicaStanding {
  /** Why it is not asked; undefined: it is. */
  readonly refusal: "behind" | "away" | undefined;
  readonly reason: string | undefined;
  /** How much may be missing at the most; undefined: nobody knows. */
  readonly lagMs: number | undefined;
}

/** A copy of the database that follows it, and answers reads. */
export interface Replica {
  readonly pool: pg.Pool;
  readonly outcomes: Map<ReadOutcome, number>;
  /** As it was a second ago, or a few if nobody has asked since. */
  standing(): Promise<ReplicaStanding>;
  /** Something failed there: whoever reads next waits for what is the matter. */
  doubt(): void;
}

/** Further behind than this, it is not asked. */
const lagMaxMs = 10_000;
const memory = { freshMs: 1_000, keptMs: 5_000 };
/** An answer that takes longer is none. */
const probeMs = 1_000;

/** Up to where the primary has written what replicas are sent; null if it does not tell in time. */
const writtenBy = async (pool: pg.Pool): Promise<string | null> => {
  const stop = new AbortController();
  const asked = pool
    .query<{ place: string }>("SELECT pg_current_wal_flush_lsn()::text AS place")
    .then(({ rows }) => rows[0]?.place);
  const late = delay(probeMs, undefined, { signal: stop.signal });
  const place = await Promise.race([asked, late]).catch(() => undefined);
  stop.abort();
  // Whoever lost comes to nothing.
  for (const each of [asked, late]) each.catch(() => undefined);
  return place ?? null;
};

interface Replayed {
  /** All that the primary had written; null: one of them does not say. */
  readonly all: boolean | null;
  /** Since the last transaction that it has replayed was committed. */
  readonly age: number | null;
}

/** A server that is no replica, or no longer, has replayed what it has written. */
const replayedSql = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END >= $1::pg_lsn AS all,
    extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000 AS age`;

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};

/**
 * Watches a replica for as long as somebody reads. It is behind by no more than the time since it was last seen to have all,
 * nor, where clocks agree, than the age of the last transaction that it has: the one is far too much for a busy database,
 * the other for an idle one. While the primary is away, nothing newer can be had.
 */
export const watchReplica = (pool: pg.Pool, primary: pg.Pool): Replica => {
  let isAsserted = false;
  let hadAllAt = Number.NEGATIVE_INFINITY;
  const lagOf = async (): Promise<number | undefined> => {
    if (!isAsserted) await assertLeastPrivilege({ pool });
    isAsserted = true;
    const askedAt = performance.now();
    const written = await writtenBy(primary);
    const asked = { text: replayedSql, values: [written], query_timeout: probeMs };
    const { rows } = await pool.query<Replayed>(asked);
    const { all = null, age = null } = rows[0] ?? {};
    if (all === null) return written === null ? undefined : Number.POSITIVE_INFINITY;
    if (all) hadAllAt = askedAt;
    return all ? 0 : Math.min(age ?? Number.POSITIVE_INFINITY, performance.now() - hadAllAt);
  };
  const probe = async (): Promise<ReplicaStanding> => {
    try {
      const lagMs = await lagOf();
      if (lagMs === undefined || lagMs <= lagMaxMs) return { refusal: undefined, reason: undefined, lagMs };
      return { refusal: "behind", reason: `not known to be within ${lagMaxMs / 1000} s of the primary`, lagMs };
    } catch (error) {
      return { refusal: "away", reason: reasonOf(error), lagMs: undefined };
    }
  };
  const standing = keptValue(probe, memory);
  return {
    pool,
    outcomes: new Map([
      ["replica", 0],
      ["behind", 0],
      ["away", 0],
      ["failed", 0],
    ]),
    standing: standing.get,
    doubt: standing.forget,
  };
};

/** Reads from the replica, and from the primary what the replica does not answer, or not as it should. */
export const readsWith = <DB>(
  { outcomes, standing, doubt }: Replica,
  server: Connections<DB>,
  primary: Reads<DB>,
): Reads<DB> => {
  const count = (outcome: ReadOutcome): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return {
    compiler: primary.compiler,
    ask: async (read) => {
      const { refusal } = await standing();
      if (refusal) {
        count(refusal);
        return await primary.ask(read);
      }
      try {
        const answer = await read(server);
        count("replica");
        return answer;
      } catch (error) {
        if (!mayAskAnother(error)) throw error;
        doubt();
        count("failed");
        return await primary.ask(read);
      }
    },
  };
};
