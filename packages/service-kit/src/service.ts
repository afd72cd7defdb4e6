import { type Contract, errorCodes, errorDefinition } from "@nofx/contract-kit";
import scalar from "@scalar/fastify-api-reference";
import { type FastifyInstance, type FastifyServerOptions, fastify } from "fastify";
import type { Logger } from "pino";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { bodyBytesMax } from "./body-limit.ts";
import { contractDigest } from "./contract-digest.ts";
import { correlate } from "./correlation.ts";
import { toProblem } from "./error-mapping.ts";
import { sendProblem } from "./finished-answer.ts";
import { type Check, mountHealth } from "./health.ts";
import { coreProblem } from "./http-problem.ts";
import type { Authenticator } from "./identity.ts";
import { parseJsonBody } from "./json-body.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { openConnections } from "./open-connections.ts";
import { type OpenStreams, openStreams, type StreamLimits } from "./open-streams.ts";
import { openApiJson } from "./openapi.ts";
import type { Tracing } from "./tracing/tracing.ts";

export interface ServiceOptions {
  readonly contract: Contract;
  readonly log: Logger;
  readonly authenticate: Authenticator;
  /** What must work for the service to be ready. */
  readonly checks: Readonly<Record<string, Check>>;
  /** True while new work should be turned away, such as when requests queue for a connection. */
  readonly overloaded: () => boolean;
  /** Writes per actor and operation in a minute; 0: no limit. */
  readonly writesPerMinuteMax: number;
  /** Time for one handler; default one minute, twice the longest wait of a long poll. */
  readonly handlerTimeoutMs?: number;
  /** Open event streams; default 1,000, of one tenant 100. */
  readonly streams?: StreamLimits;
  /** Number of proxies in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: number;
  readonly tracing?: Tracing | undefined;
}

/** A service before it listens: Fastify, and what mounting an operation needs. */
export interface Service {
  readonly fastify: FastifyInstance;
  readonly contract: Contract;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly authenticate: Authenticator;
  readonly overloaded: () => boolean;
  /** @throws `rate_limited` */
  readonly limitWrites: (actor: string, operation: string) => Promise<void>;
  readonly handlerTimeoutMs: number;
  readonly streams: OpenStreams;
  /** Ids of the operations that have a handler. */
  readonly mounted: Set<string>;
  /** Ends when the service shuts down. */
  readonly stopping: AbortSignal;
}

const writeLimiter = (perMinute: number): Service["limitWrites"] => {
  if (perMinute === 0) return async () => undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (actor, operation) => {
    await limiter.consume(`${operation} ${actor}`).catch((refusal: RateLimiterRes) => {
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw coreProblem("rate_limited", {
        detail: `At most ${perMinute} of these a minute.`,
        headers: { "retry-after": String(seconds) },
      });
    });
  };
};

const newFastify = (trustedProxies: number): FastifyInstance => {
  const options: FastifyServerOptions = {
    logger: false,
    bodyLimit: bodyBytesMax,
    ...(trustedProxies > 0 && { trustProxy: (_address: string, hop: number) => hop < trustedProxies }),
    requestTimeout: 30_000,
    connectionTimeout: 70_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) =>
      void sendProblem(request, reply, toProblem(error), correlate(request.headers)),
    clientErrorHandler: (error, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) return;
      const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    },
  };
  return fastify(options);
};

/** The reference shows this service's API, and nothing that would call somebody else's. */
const reference = (contract: Contract) =>
  ({
    url: "/openapi.json",
    title: contract.title,
    withDefaultFonts: false,
    telemetry: false,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
  }) as const;

/**
 * Makes a service of a contract: problem+json for every failure, JSON bodies checked, `/health/live`, `/health/ready`,
 * `/metrics`, `/openapi.json` and the reference at `/docs`. Operations are then mounted one by one.
 */
export const createService = async (options: ServiceOptions): Promise<Service> => {
  const { contract, log } = options;
  for (const operation of Object.values(contract.operations)) {
    for (const code of errorCodes(operation)) errorDefinition(contract.errors, code);
  }
  const app = newFastify(options.trustedProxies ?? 0);
  options.tracing?.ofServer(app);
  const metrics = createMetrics(contract.name);
  const stopping = new AbortController();
  const connections = openConnections(app.server);
  const streams = openStreams(options.streams ?? { perTenantMax: 100, max: 1_000 }, contract);
  metrics.gauges(
    "nofx_open_streams",
    "Event streams that are open, by operation",
    "operation",
    () => streams.byOperation,
  );

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, parseJsonBody(text as string));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler((error, request, reply) => {
    const correlation = correlate(request.headers);
    const problem = toProblem(error, request.routeOptions.bodyLimit);
    const line = {
      correlationId: correlation.correlationId,
      url: request.url,
      status: problem.status,
      code: problem.code,
    };
    if (problem.status === 500) log.error({ ...line, err: error }, "request failed");
    else log.info(line, "request refused");
    metrics.observe(request.routeOptions.url ?? "unknown", problem.status, reply.elapsedTime / 1000);
    // Headers of the answer that failed do not belong to the problem, and may be what cannot be sent.
    for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
    sendProblem(request, reply, problem, correlation);
  });
  app.setNotFoundHandler((request, reply) => {
    sendProblem(request, reply, coreProblem("route_not_found"), correlate(request.headers));
  });
  app.addHook("preClose", async () => {
    stopping.abort();
    connections.endWhenIdle();
  });
  app.addHook("onClose", async () => {
    metrics.close();
    await options.tracing?.stop();
  });

  mountHealth(app, options.checks, {
    service: contract.name,
    version: contract.version,
    contract: contractDigest(contract),
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  const document = openApiJson(contract);
  app.get("/openapi.json", async (_request, reply) => reply.type("application/json").send(document));
  await app.register(scalar, { routePrefix: "/docs", configuration: reference(contract) });

  return {
    fastify: app,
    contract,
    log,
    metrics,
    authenticate: options.authenticate,
    overloaded: options.overloaded,
    limitWrites: writeLimiter(options.writesPerMinuteMax),
    handlerTimeoutMs: options.handlerTimeoutMs ?? 60_000,
    streams,
    mounted: new Set(),
    stopping: stopping.signal,
  };
};
