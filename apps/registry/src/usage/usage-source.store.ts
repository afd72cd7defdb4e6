import type { AgentUsageDay } from "@nofx/contract-marketplace";
import { type Database, inTenant, type TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** Longer than one call takes: whoever has not renewed it by then is gone. */
const heldSeconds = 40;

/** On behalf of the service itself, which writes for all tenants. */
const reader = { tenantId: "", subject: "usage", role: "service", correlationId: "usage" } as const;

/** Becomes, or stays, the one who reads; gives the place to go on from. Undefined: another process reads. */
export const holdSource = (db: Database<DB>, holder: string): Promise<{ cursor: string | null } | undefined> =>
  inTenant(db, reader, async (trx) => {
    const { rows } = await sql<{ cursor: string | null }>`
      UPDATE usage_source SET holder = ${holder}, held_until = now() + ${heldSeconds} * interval '1 second'
      WHERE holder = ${holder} OR held_until < now() RETURNING cursor`.execute(trx);
    return rows[0];
  });

/** Lets another process read. */
export const releaseSource = (db: Database<DB>, holder: string): Promise<void> =>
  inTenant(db, reader, async (trx) => {
    await sql`UPDATE usage_source SET holder = NULL, held_until = '-infinity' WHERE holder = ${holder}`.execute(trx);
  });

/** How long ago everything that the marketplace had told was read, in whichever process. Undefined: it never was. */
export const findSecondsBehind = async (db: Database<DB>): Promise<number | undefined> => {
  const { rows } = await sql<{ behind: number | null }>`
    SELECT extract(epoch FROM now() - read_at)::float8 AS behind FROM usage_source`.execute(db.kysely);
  return rows[0]?.behind ?? undefined;
};

const isEmpty = ({ succeeded, failed, cancelled, invalid }: AgentUsageDay): boolean =>
  succeeded + failed + cancelled + invalid === 0;

const columnsOf = (days: readonly AgentUsageDay[]) => sql`
  ${days.map(({ tenant }) => tenant)}::text[], ${days.map(({ agentId }) => agentId)}::text[],
  ${days.map(({ version }) => version)}::text[], ${days.map(({ day }) => day)}::date[],
  ${days.map(({ sample }) => sample)}::boolean[]`;

const deleteDays = async (trx: TenantTransaction<DB>, days: readonly AgentUsageDay[]): Promise<void> => {
  if (days.length === 0) return;
  await sql`
    DELETE FROM agent_usage_days d USING unnest(${columnsOf(days)}) AS g (tenant_id, agent_id, version, day, is_sample)
    WHERE d.tenant_id = g.tenant_id AND d.agent_id = g.agent_id AND d.version = g.version AND d.day = g.day
      AND d.is_sample = g.is_sample`.execute(trx);
};

const writeDays = async (
  trx: TenantTransaction<DB>,
  days: readonly AgentUsageDay[],
  reading: string | null,
): Promise<void> => {
  if (days.length === 0) return;
  const numbers = (of: (day: AgentUsageDay) => number) => sql`${days.map(of)}::bigint[]`;
  await sql`
    INSERT INTO agent_usage_days (tenant_id, agent_id, version, day, is_sample, succeeded, failed, cancelled, invalid,
      duration_ms, last_at, reading)
    SELECT *, ${reading}::uuid FROM unnest(${columnsOf(days)}, ${numbers(({ succeeded }) => succeeded)},
      ${numbers(({ failed }) => failed)}, ${numbers(({ cancelled }) => cancelled)},
      ${numbers(({ invalid }) => invalid)}, ${numbers(({ durationMs }) => durationMs)},
      ${days.map(({ lastAt }) => lastAt)}::timestamptz[])
    ON CONFLICT (tenant_id, agent_id, version, day, is_sample)
    DO UPDATE SET succeeded = excluded.succeeded, failed = excluded.failed, cancelled = excluded.cancelled,
      invalid = excluded.invalid, duration_ms = excluded.duration_ms, last_at = excluded.last_at,
      reading = excluded.reading`.execute(trx);
};

/** Whoever else has become the reader meanwhile has read the same: nothing of this counts then. */
const lockedFor = async (trx: TenantTransaction<DB>, holder: string): Promise<boolean> => {
  const { rows } = await sql`SELECT FROM usage_source WHERE holder = ${holder} FOR UPDATE`.execute(trx);
  return rows.length > 0;
};

/** Puts days in the place of what was known of them, and moves on, in one transaction. False: another process reads. */
export const keepNews = (
  db: Database<DB>,
  holder: string,
  { days, next, isFull }: { readonly days: readonly AgentUsageDay[]; readonly next: string; readonly isFull: boolean },
): Promise<boolean> =>
  inTenant(db, reader, async (trx) => {
    if (!(await lockedFor(trx, holder))) return false;
    await deleteDays(trx, days.filter(isEmpty));
    await writeDays(
      trx,
      days.filter((day) => !isEmpty(day)),
      null,
    );
    // What has not been read up to its end says nothing about now.
    await sql`
      UPDATE usage_source SET cursor = ${next}, read_at = CASE WHEN ${isFull} THEN read_at ELSE now() END`.execute(trx);
    return true;
  });

/** Keeps a page of a reading of everything. False: another process reads. */
export const keepPage = (
  db: Database<DB>,
  holder: string,
  reading: string,
  days: readonly AgentUsageDay[],
): Promise<boolean> =>
  inTenant(db, reader, async (trx) => {
    if (!(await lockedFor(trx, holder))) return false;
    await writeDays(trx, days, reading);
    await sql`UPDATE usage_source SET held_until = now() + ${heldSeconds} * interval '1 second'`.execute(trx);
    return true;
  });

/** Ends a reading of everything: what did not come in it is no more. False: another process reads. */
export const endReading = (db: Database<DB>, holder: string, reading: string, cursor: string): Promise<boolean> =>
  inTenant(db, reader, async (trx) => {
    if (!(await lockedFor(trx, holder))) return false;
    await sql`DELETE FROM agent_usage_days WHERE reading IS DISTINCT FROM ${reading}::uuid`.execute(trx);
    await sql`UPDATE usage_source SET cursor = ${cursor}, read_at = now()`.execute(trx);
    return true;
  });
