import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { type Client, unwrap } from "@nofx/client";
import type { Change, registryContract } from "@nofx/contract-registry";
import { createParser } from "eventsource-parser";

/** A reader that keeps what it got, in the order in which it came. */
export interface Reader {
  readonly name: string;
  readonly changes: Change[];
  /** Change id → when it was here, in milliseconds. */
  readonly seenAt: Map<string, number>;
  stop(): Promise<void>;
}

const keeper = (name: string): Omit<Reader, "stop"> & { keep(change: Change): void } => {
  const changes: Change[] = [];
  const seenAt = new Map<string, number>();
  return {
    name,
    changes,
    seenAt,
    keep: (change) => {
      if (!seenAt.has(change.id)) seenAt.set(change.id, performance.now());
      changes.push(change);
    },
  };
};

/** Follows the feed with requests that wait. */
export const longPoll = (client: Client<typeof registryContract>): Reader => {
  const { keep, ...reader } = keeper("long poll");
  const stopping = new AbortController();
  const follow = async (): Promise<void> => {
    let after: string | undefined;
    while (!stopping.signal.aborted) {
      const { signal } = stopping;
      const page = client.listChanges({ limit: 1000, wait: 20, ...(after && { after }) }, { signal });
      const { changes, next } = await unwrap(page);
      changes.forEach(keep);
      after = next;
    }
  };
  const running = follow().catch((error: Error) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    ...reader,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

/** Follows the feed as a stream; hangs up now and then, and goes on with the last id. */
export const eventStream = (baseUrl: string, token: string, hangUpEveryMs: number): Reader => {
  const { keep, ...reader } = keeper("event stream");
  let stopped = false;
  let current: IncomingMessage | undefined;
  const timer = setInterval(() => current?.destroy(), hangUpEveryMs);
  const follow = async (): Promise<void> => {
    let lastId = "";
    while (!stopped) {
      const parser = createParser({
        onEvent: ({ id = "", data }) => {
          lastId = id;
          keep(JSON.parse(data) as Change);
        },
      });
      const headers = {
        accept: "text/event-stream",
        authorization: `Bearer ${token}`,
        ...(lastId && { "last-event-id": lastId }),
      };
      const opened = request(`${baseUrl}/api/changes`, { headers, agent: false }).end();
      const [response] = (await once(opened, "response")) as [IncomingMessage];
      current = response;
      response.setEncoding("utf8").on("data", (text: string) => parser.feed(text));
      response.on("error", () => undefined);
      await once(response, "close");
    }
  };
  const running = follow();
  return {
    ...reader,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      current?.destroy();
      await running;
    },
  };
};

/** Reads everything there is, from the start. */
export const replay = async (client: Client<typeof registryContract>): Promise<Change[]> => {
  const all: Change[] = [];
  for (let after: string | undefined; ; ) {
    const page = await unwrap(client.listChanges({ limit: 1000, ...(after && { after }) }));
    if (page.changes.length === 0) return all;
    all.push(...page.changes);
    after = page.next;
  }
};
