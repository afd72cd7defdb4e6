import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

const tracerKey = createContextKey("nofx tracer");

/** What happens in there belongs to this span, and makes its own with the same tracer. */
export const withinSpan = (parent: Context, span: Span, tracer: Tracer): Context =>
  trace.setSpan(parent, span).setValue(tracerKey, tracer);

/** Begins a span of something that is asked of others; undefined where nothing is traced. */
export const beginCall = (name: string, attributes: Attributes): Span | undefined => {
  const active = context.active();
  const tracer = active.getValue(tracerKey) as Tracer | undefined;
  if (!tracer || !trace.getSpan(active)?.isRecording()) return undefined;
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, active);
};

/** Ends a span with what went wrong. Of an error only its kind is told: its text may hold what was asked for. */
export const endWith = (span: Span, error: unknown): void => {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  span.setAttribute("error.type", typeof code === "string" ? code : String(name ?? "unknown"));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};

/** As W3C Trace Context writes it. */
export const traceparentOf = (span: Span): string => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
};
