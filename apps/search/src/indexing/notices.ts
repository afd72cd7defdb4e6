import { type Listener, startChannelListener, type TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** What processes tell each other of the index. */
const noticeKinds = [
  /** Changes have been applied. */
  "applied",
  /** Another generation is searched, or one is to be built. */
  "generations",
  /** Something is to be read anew. */
  "pending",
  /** Somebody no longer does what only one may do. */
  "released",
] as const;
export type Notice = (typeof noticeKinds)[number];

const channel = "search_index";

/** Tells all processes, this one too, when the transaction is committed. */
export const notify = async (trx: TenantTransaction<DB>, ...notices: readonly Notice[]): Promise<void> => {
  await sql`SELECT pg_notify(${channel}, notice) FROM unnest(${notices}::text[]) AS notice`.execute(trx);
};

/** Those in this process who want to know; `undefined`: something may have been missed. */
export type Noticed = Set<(notice: Notice | undefined) => void>;

/** Hands out what processes tell each other. */
export const listenForNotices = (
  { url, onError }: { readonly url: string; readonly onError: (error: Error) => void },
  noticed: Noticed,
): Listener => {
  const tell = (notice: Notice | undefined): void => {
    for (const listener of [...noticed]) listener(notice);
  };
  return startChannelListener({
    url,
    channel,
    applicationName: "search index",
    onPayload: (payload) => tell(noticeKinds.find((kind) => kind === payload)),
    onReconnect: () => tell(undefined),
    onError,
  });
};
