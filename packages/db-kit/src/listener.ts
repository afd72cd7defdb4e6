import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { type FeedNotice, feedChannel } from "./sequencer.ts";

export interface Listener {
  stop(): Promise<void>;
}

interface ConnectionOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Notices may have been missed: the connection is new. */
  readonly onReconnect: () => void;
  readonly onError: (error: Error) => void;
}

export interface ChannelListenerOptions extends ConnectionOptions {
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
}

export interface ListenerOptions extends ConnectionOptions {
  readonly schema: string;
  readonly onNotice: (notice: FeedNotice) => void;
}

/** Listens on a feed's channel. */
export const startListener = ({ schema, onNotice, ...options }: ListenerOptions): Listener =>
  startChannelListener({
    ...options,
    channel: feedChannel(schema),
    onPayload: (payload) => onNotice(JSON.parse(payload) as FeedNotice),
  });

/** Listens on a channel with a connection of its own, and connects again when that breaks. */
export const startChannelListener = (options: ChannelListenerOptions): Listener => {
  const stopping = new AbortController();

  const listen = async (): Promise<void> => {
    const connection = new pg.Client({
      connectionString: options.url,
      application_name: `${options.applicationName} listener`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    connection.on("error", (error: Error) => {
      if (!stopping.signal.aborted) options.onError(error);
    });
    connection.on("notification", ({ payload }) => {
      if (payload) options.onPayload(payload);
    });
    const over = new Promise<void>((resolve) => {
      connection.once("end", () => resolve());
      stopping.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const listening = connection.connect().then(async () => {
      await connection.query(`LISTEN ${connection.escapeIdentifier(options.channel)}`);
      options.onReconnect();
    });
    try {
      await Promise.race([listening, over]);
      await over;
    } finally {
      // Not awaited: `end` of a connection that is just being made may never settle.
      listening.catch(() => undefined);
      void connection.end().catch(() => undefined);
    }
  };

  const loop = async (): Promise<void> => {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, 5_000)) {
      const startedAt = Date.now();
      await listen().catch((error: Error) => {
        if (!stopping.signal.aborted) options.onError(error);
      });
      if (Date.now() - startedAt > 5_000) waitMs = 100;
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
