import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { traceparentOf, withinSpan } from "./span-scope.ts";

type Headers = FastifyRequest["headers"];

const propagator = new W3CTraceContextPropagator();
const fromHeaders: TextMapGetter<Headers> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name],
};

/** Whatever asks every few seconds whether this is well. */
const isOfOperations = (url: string): boolean => url.startsWith("/health/") || url.startsWith("/metrics");

const spanOf = ({ method, url, routeOptions, headers }: FastifyRequest, tracer: Tracer) => {
  const caller = propagator.extract(ROOT_CONTEXT, headers, fromHeaders);
  const route = routeOptions.url;
  const attributes = {
    "http.request.method": method,
    "url.path": url.split("?", 1)[0] ?? url,
    ...(route !== undefined && { "http.route": route }),
  };
  const span = tracer.startSpan(
    [method, route].filter(Boolean).join(" "),
    { kind: SpanKind.SERVER, attributes },
    caller,
  );
  return { span, scope: withinSpan(caller, span, tracer) };
};

/** A span for each request, of the caller's trace if it has one. It stands for the caller in what is told and asked next. */
export const traceRequests = (app: FastifyInstance, tracer: Tracer): void => {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook("onRequest", (request, _reply, done) => {
    if (isOfOperations(request.url)) return done();
    const { span, scope } = spanOf(request, tracer);
    spans.set(request, span);
    request.headers.traceparent = traceparentOf(span);
    context.with(scope, done);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute("http.response.status_code", reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
  app.addHook("onRequestAbort", (request, done) => {
    spans.get(request)?.setAttribute("error.type", "aborted");
    done();
  });
};
