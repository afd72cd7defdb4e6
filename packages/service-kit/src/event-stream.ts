/** One event of a stream (WHATWG HTML, section 9.2 "Server-sent events"). */
export interface StreamEvent {
  /** Where to go on: sent back as `Last-Event-ID`. Without data, nothing is dispatched, but the place is remembered. */
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** Media type of a stream of events. */
export const eventStreamType = "text/event-stream" as const;

/** What a stream begins with: how long a reader waits before it connects again. */
export const streamStart = (retryMs: number): string => `retry: ${retryMs}\n\n`;

/** What keeps a silent connection alive, and finds out whether anybody is still there. */
export const streamHeartbeat = ": still here\n\n";

/** Writes an event; its data as JSON, which has no line breaks. */
export const streamEvent = ({ id, event, data }: StreamEvent): string =>
  [
    id === undefined ? "" : `id: ${id}\n`,
    event === undefined ? "" : `event: ${event}\n`,
    data === undefined ? "" : `data: ${JSON.stringify(data)}\n`,
    "\n",
  ].join("");
