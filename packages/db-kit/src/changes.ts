import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";
import type { TenantScope } from "./tenant.ts";
import { readInTenant } from "./tenant-read.ts";

/** A row of the feed. */
export interface ChangeRow {
  readonly change_id: string;
  readonly position: string;
  readonly tenant_id: string;
  readonly visibility: "private" | "public";
  readonly type: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly version: string | null;
  readonly data: Record<string, unknown>;
  readonly at: Date;
  readonly correlation_id: string;
}

/** A place in the feed: everything up to `position` of this `epoch` has been read. */
export interface FeedPosition {
  readonly epoch: string;
  readonly position: bigint;
}

/** Writes a feed position as an opaque text. */
export const formatPosition = ({ epoch, position }: FeedPosition): string => `${epoch}:${position}`;

/** Reads what `formatPosition` wrote; `undefined` for anything else. */
export const parsePosition = (text: string): FeedPosition | undefined => {
  const match = /^([A-Za-z0-9-]{1,64}):(\d{1,18})$/.exec(text);
  return match?.[1] && match[2] ? { epoch: match[1], position: BigInt(match[2]) } : undefined;
};

export interface ChangePage {
  readonly epoch: string;
  /** Last position that the feed has given out. */
  readonly head: bigint;
  /** Changes up to here are gone. */
  readonly prunedTo: bigint;
  readonly rows: readonly ChangeRow[];
  /** Position up to which the feed was looked through, also where rows were hidden from the caller. */
  readonly position: bigint;
}

type FeedRow = { [K in keyof ChangeRow]: ChangeRow[K] | null } & { epoch: string; head: string; pruned_to: string };

/** The caller's next changes after a position: one statement, hence one snapshot of head and rows. */
export const readChanges = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  after: bigint,
  limit: number,
): Promise<ChangePage> => {
  const found = await readInTenant(db, scope, (query) => ({
    compile: () =>
      sql<FeedRow>`
        SELECT feed.epoch, feed.position AS head, feed.pruned_to, c.*
        FROM feed LEFT JOIN LATERAL (
          SELECT change_id, position, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id
          FROM changes WHERE position > ${String(after)} ORDER BY position LIMIT ${limit}
        ) c ON true ORDER BY c.position`.compile(query as Kysely<unknown>),
  }));
  const feed = found[0];
  if (!feed) throw new Error("The feed has no state row; the schema is not migrated");
  const rows = found.filter((row): row is FeedRow & ChangeRow => row.change_id !== null);
  const last = rows.at(-1);
  const head = BigInt(feed.head);
  const position = last && rows.length === limit ? BigInt(last.position) : head > after ? head : after;
  return { epoch: feed.epoch, head, prunedTo: BigInt(feed.pruned_to), rows, position };
};
