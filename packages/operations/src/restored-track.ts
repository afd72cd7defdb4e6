import { openDatabase, renewFeedEpoch, verifyAudit, withClient } from "@nofx/db-kit";
import type { PrivateServer } from "./recovery-server.ts";
import { type OperatedTrack, tracks } from "./tracks.ts";

/** A service's schema in a database of a restored cluster. */
export interface FoundTrack {
  readonly database: string;
  readonly track: OperatedTrack;
}

/** What a restored schema was found to hold. */
export interface TrackReport {
  readonly database: string;
  readonly schema: string;
  /** The feed's new identity. */
  readonly epoch: string;
  /** Rows by table, of what is stored under its digest. */
  readonly counts: Readonly<Record<string, number>>;
  readonly auditEntries: number;
  /** Everything that is wrong, as sentences. */
  readonly problems: readonly string[];
}

type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

const asking = <T>(url: string, work: (query: Query) => Promise<T>): Promise<T> =>
  withClient(url, (client) =>
    work(async <Row extends object>(text: string, values?: unknown[]) => (await client.query<Row>(text, values)).rows),
  );

/** Finds the services' schemas in all databases of a cluster. */
export const findTracks = async (server: PrivateServer, superuser: string): Promise<FoundTrack[]> => {
  const databases = await asking(server.urlOf(superuser, "postgres"), (query) =>
    query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1",
    ),
  );
  const found: FoundTrack[] = [];
  for (const { name: database } of databases) {
    await asking(server.urlOf(superuser, database), async (query) => {
      for (const track of tracks) {
        const [row] = await query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [
          `${track.schema}.feed`,
        ]);
        if (row?.there) found.push({ database, track });
      }
    });
  }
  return found;
};

const countDigested = async (query: Query, { schema, digested }: OperatedTrack) => {
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  for (const { table, bytes } of digested) {
    const [row] = await query<{ n: number; wrong: number }>(`
      SELECT count(*)::int AS n,
        (count(*) FILTER (WHERE digest <> 'sha256:' || encode(sha256(${bytes}), 'hex')))::int AS wrong
      FROM ${schema}.${table}`);
    counts[table] = row?.n ?? 0;
    if (row && row.wrong > 0) problems.push(`${row.wrong} rows of ${schema}.${table} do not have their digest`);
  }
  return { counts, problems };
};

const perRound = 10_000;

const verifyChains = async (url: string, schema: string, tenants: readonly string[]) => {
  const problems: string[] = [];
  let entries = 0;
  const db = openDatabase({ url, applicationName: "nofx restore", connectionsMax: 2, onIdleError: () => undefined });
  try {
    for (const tenantId of tenants) {
      const scope = { tenantId, subject: "restore", role: "member" } as const;
      for (let from: number | undefined = 1; from !== undefined; ) {
        const report: Awaited<ReturnType<typeof verifyAudit>> = await verifyAudit(db, scope, { from, limit: perRound });
        entries += report.verified;
        const { reason, position } = report.firstBroken ?? {};
        if (reason) problems.push(`The audit log of "${tenantId}" in ${schema} is broken: ${reason} at ${position}`);
        from = report.next;
      }
    }
  } finally {
    await db.close();
  }
  return { entries, problems };
};

const renew = async (url: string, schema: string, reason: string): Promise<string> => {
  const db = openDatabase({ url, applicationName: "nofx restore", connectionsMax: 2, onIdleError: () => undefined });
  try {
    const scope = { tenantId: "", subject: "restore", role: "operator", correlationId: "restore" } as const;
    return (await renewFeedEpoch(db, scope, { schema, reason, at: new Date() })).epoch;
  } finally {
    await db.close();
  }
};

/**
 * Does what must follow a restore before anybody is served: verifies what is stored and the audit chains, then gives the
 * feed a new epoch, so that no reader goes on with positions that are given out again.
 */
export const settleTrack = async (
  server: PrivateServer,
  superuser: string,
  { database, track }: FoundTrack,
  reason: string,
): Promise<TrackReport> => {
  const { schema, role } = track;
  const { counts, problems, tenants } = await asking(server.urlOf(superuser, database), async (query) => ({
    ...(await countDigested(query, track)),
    tenants: await query<{ id: string }>(`SELECT DISTINCT tenant_id AS id FROM ${schema}.audit_log ORDER BY 1`),
  }));
  const url = server.urlOf(role, database);
  const ids = tenants.map(({ id }) => id);
  const chains = await verifyChains(url, schema, ids);
  return {
    database,
    schema,
    epoch: await renew(url, schema, reason),
    counts,
    auditEntries: chains.entries,
    problems: [...problems, ...chains.problems],
  };
};
