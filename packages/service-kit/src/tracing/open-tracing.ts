import { context, type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { traceCalls } from "./client-spans.ts";
import { traceQueries } from "./database-spans.ts";
import { traceRequests } from "./server-spans.ts";
import type { Tracing, TracingOptions } from "./tracing.ts";

const exportTimeoutMs = 3_000;

/** The SDK tells of failed exports only here. */
const tellingTo = (onError: (error: Error) => void): DiagLogger => {
  const nothing = (): void => undefined;
  const tell = (message: string, ...parts: unknown[]): void => onError(new Error([message, ...parts].join(" ")));
  return { error: tell, warn: nothing, info: nothing, debug: nothing, verbose: nothing };
};

/** Opens the way of one service's spans to a receiver of OTLP. Services of one process share the rest. */
export const openTracing = ({ endpoint, service, version, ratio, onError }: TracingOptions): Tracing => {
  diag.setLogger(tellingTo(onError), { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  // Another one is there already where a process has several services.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.namespace": "nofx",
      "service.name": service,
      "service.version": version,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  const tracer = provider.getTracer("nofx");
  const stopCalls = traceCalls();
  return {
    ofServer: (app) => traceRequests(app, tracer),
    ofDatabase: (pool) => traceQueries(pool),
    stop: async () => {
      stopCalls();
      await provider.shutdown().catch(onError);
    },
  };
};
