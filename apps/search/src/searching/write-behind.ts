import { ifFull, startDrain } from "@nofx/db-kit";

/** Rows on their way to the database, which nobody waits for. */
export interface WriteBehind<Row> {
  /** Takes a row, or drops it where too many wait already. */
  add(row: Row): void;
  waiting(): number;
  dropped(): number;
  /** Writes what waits; what cannot be written then is dropped. */
  stop(): Promise<void>;
}

export interface WriteBehindOptions<Row> {
  /** Writes rows; after a failure it is called with the same ones again. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  readonly waitingMax: number;
  readonly batchMax: number;
  readonly pollMs: number;
  readonly onError: (error: Error) => void;
}

/** Writes rows in batches beside requests, in the order they came. */
export const startWriteBehind = <Row>(options: WriteBehindOptions<Row>): WriteBehind<Row> => {
  const { write, waitingMax, batchMax, pollMs, onError } = options;
  const waiting: Row[] = [];
  let dropped = 0;
  const batch = async (): Promise<number> => {
    const rows = waiting.slice(0, batchMax);
    if (rows.length === 0) return 0;
    await write(rows);
    waiting.splice(0, rows.length);
    return ifFull(rows.length, batchMax);
  };
  const drain = startDrain(batch, { pollMs, onError });
  return {
    add: (row) => {
      if (waiting.length >= waitingMax) {
        dropped += 1;
        return;
      }
      waiting.push(row);
      // Once for each batch: while the database is away, it is asked when it is time, and not with every row.
      if (waiting.length === batchMax) drain.kick();
    },
    waiting: () => waiting.length,
    dropped: () => dropped,
    stop: async () => {
      await drain.stop();
      try {
        while (waiting.length > 0) await batch();
      } catch (error) {
        dropped += waiting.length;
        waiting.length = 0;
        onError(error as Error);
      }
    },
  };
};
