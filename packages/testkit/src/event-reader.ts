import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { onTestFinished } from "vitest";

/** Somebody who reads an event stream. */
export interface EventReader {
  readonly response: IncomingMessage;
  readonly events: readonly EventSourceMessage[];
  readonly comments: readonly string[];
  readonly retryMs: () => number | undefined;
  /** Resolves when the condition holds; looks again whenever something comes. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves when the stream has ended; rejects if it broke off. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream with a parser that others wrote. */
export const readEvents = async (url: string, headers: Record<string, string> = {}): Promise<EventReader> => {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  let retryMs: number | undefined;
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
    onRetry: (ms) => {
      retryMs = ms;
    },
  });
  const opened = request(url, { headers: { accept: "text/event-stream", ...headers }, agent: false }).end();
  const [response] = (await once(opened, "response")) as [IncomingMessage];
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);
  response.setEncoding("utf8").on("data", (text: string) => parser.feed(text));
  response.on("end", ended.resolve).on("error", ended.reject);
  const close = (): void => void opened.destroy();
  onTestFinished(close);
  return {
    response,
    events,
    comments,
    retryMs: () => retryMs,
    until: async (condition) => {
      while (!condition()) await Promise.race([once(response, "data"), ended.promise]);
    },
    ended: ended.promise,
    close,
  };
};
