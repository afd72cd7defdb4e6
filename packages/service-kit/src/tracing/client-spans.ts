import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { beginCall, endWith, traceparentOf } from "./span-scope.ts";

/** What this file uses of a request of `fetch` (undici, docs/api/DiagnosticsChannel.md). */
interface OutgoingRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  addHeader(name: string, value: string): void;
}
interface Message {
  readonly request: OutgoingRequest;
  readonly response?: { readonly statusCode: number };
  readonly error?: Error;
}

const spans = new WeakMap<OutgoingRequest, Span>();

/** The span stands for the caller, also where a caller was named already: of a header that is there twice, none counts. */
const passOn = (request: OutgoingRequest, traceparent: string): void => {
  const at = request.headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "traceparent");
  if (at < 0) request.addHeader("traceparent", traceparent);
  else request.headers[at + 1] = traceparent;
};

const begin = (message: unknown): void => {
  const { request } = message as Message;
  const { hostname, port } = new URL(request.origin);
  const span = beginCall(request.method, {
    "http.request.method": request.method,
    "server.address": hostname,
    "server.port": Number(port) || undefined,
    "url.path": request.path.split("?", 1)[0] ?? request.path,
  });
  if (!span) return;
  spans.set(request, span);
  passOn(request, traceparentOf(span));
};

const answered = (message: unknown): void => {
  const { request, response } = message as Message;
  const status = response?.statusCode ?? 0;
  spans.get(request)?.setAttribute("http.response.status_code", status);
  if (status >= 400) spans.get(request)?.setStatus({ code: SpanStatusCode.ERROR });
};

const finished = (message: unknown): void => spans.get((message as Message).request)?.end();

const failed = (message: unknown): void => {
  const { request, error } = message as Message;
  const span = spans.get(request);
  if (span) endWith(span, error);
};

const channels = [
  ["undici:request:create", begin],
  ["undici:request:headers", answered],
  ["undici:request:trailers", finished],
  ["undici:request:error", failed],
] as const;

let users = 0;

/** A span for each call with `fetch` that belongs to one; who is called learns of it. Gives what ends it. */
export const traceCalls = (): (() => void) => {
  if (users === 0) for (const [channel, listener] of channels) subscribe(channel, listener);
  users += 1;
  return () => {
    users -= 1;
    if (users === 0) for (const [channel, listener] of channels) unsubscribe(channel, listener);
  };
};
