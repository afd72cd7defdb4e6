import { once } from "node:events";
import { type IncomingMessage, request as openHttp } from "node:http";
import { request as openHttps } from "node:https";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { onTestFinished } from "vitest";
import type { Target } from "./target.ts";

/** Somebody who reads an event stream. */
export interface EventReader {
  readonly response: IncomingMessage;
  /** The first event that fits, of those that came and those to come. */
  next(fits: (event: EventSourceMessage) => boolean): Promise<EventSourceMessage>;
}

/** Opens an event stream, and closes it with the test. */
export const readEvents = async (
  target: Target,
  path: string,
  headers: Record<string, string>,
): Promise<EventReader> => {
  const url = new URL(target.origin + path);
  const open = url.protocol === "https:" ? openHttps : openHttp;
  const opened = open(url, { headers: { accept: "text/event-stream", ...headers }, agent: false }).end();
  onTestFinished(() => void opened.destroy());
  const [response] = (await once(opened, "response")) as [IncomingMessage];
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  response.setEncoding("utf8").on("data", (text: string) => parser.feed(text));
  // What breaks off is told by who waits for it.
  response.on("error", () => undefined);
  return {
    response,
    next: async (fits) => {
      const signal = AbortSignal.timeout(20_000);
      for (;;) {
        const found = events.find(fits);
        if (found) return found;
        await once(response, "data", { signal });
      }
    },
  };
};
