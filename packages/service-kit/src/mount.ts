import type { Operation, OperationInput } from "@nofx/contract-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { addRoute } from "./add-route.ts";
import { type Answer, preferredMediaType } from "./answer.ts";
import type { RequestContext } from "./context.ts";
import { correlate } from "./correlation.ts";
import { toProblem } from "./error-mapping.ts";
import { contextOf, type Exchange, identify } from "./exchange.ts";
import { finish, type Serializers, send, sendAgain, sendProblem, serializersOf } from "./finished-answer.ts";
import { coreProblem, type HttpProblem } from "./http-problem.ts";
import { type Actor, admit, admitBound, anonymous } from "./identity.ts";
import { liveStream } from "./live-stream.ts";
import { requestLogger } from "./logger.ts";
import { parseInput, routePath } from "./operation-input.ts";
import type { FinishedAnswer, ResponseCache } from "./response-cache.ts";
import type { Service } from "./service.ts";

export interface MountOptions {
  /** Keep finished answers here, by the caller's tenant and the address. Only for reads that depend on nothing else. */
  readonly cache?: ResponseCache;
  /** Further members of every problem, for callers who know errors in another form (RFC 9457, section 3.2). */
  readonly alsoTell?: (problem: HttpProblem) => Readonly<Record<string, unknown>>;
  /** The address may hold U+0000: the handler keeps it from what cannot take it. Elsewhere it is refused. */
  readonly takesNul?: boolean;
}

/** Carries an operation out: HTTP in, HTTP out, no judgement. */
export type Handler<Op extends Operation> = (ctx: RequestContext, input: OperationInput<Op>) => Promise<Answer<Op>>;

/** A mounted operation. */
interface Mounted<Op extends Operation> {
  readonly service: Service;
  readonly operation: Op;
  readonly handler: Handler<Op>;
  readonly cache: ResponseCache | undefined;
  readonly alsoTell: MountOptions["alsoTell"];
  readonly takesNul: boolean;
  readonly serializers: Serializers;
  readonly isRead: boolean;
  /** Name of the path parameter that takes the rest of the path. */
  readonly rest: string | undefined;
  /** Whose lines name the operation and the caller. */
  readonly logFor: (actor: Actor) => Logger;
}

/** Members of a tenant see the same, and so does everybody without a token. Services see more than their tenant. */
const seesWhatTenantSees = ({ kind }: Actor): boolean => kind === "member" || kind === "anonymous";

/** Only for what is carried out: Fastify makes its timer for every request, also for those answered from the cache. */
const inTime = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const refuse = (): void => reject(coreProblem("unavailable", { headers: { "retry-after": "1" } }));
    timer = setTimeout(refuse, timeoutMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const carryOut = async <Op extends Operation>(
  mounted: Mounted<Op>,
  exchange: Exchange,
  isShared: boolean,
): Promise<FinishedAnswer> => {
  const { service, operation, isRead } = mounted;
  const { request, actor } = exchange;
  if (service.overloaded()) throw coreProblem("unavailable", { headers: { "retry-after": "1" } });
  // Services ask on behalf of all their callers.
  if (!isRead && actor.kind !== "service") {
    const caller = actor.kind === "anonymous" ? request.ip : `${actor.tenantId} ${actor.subject}`;
    await service.limitWrites(caller, operation.id);
  }
  const input = parseInput(operation, request, mounted.rest);
  const context = contextOf(mounted, exchange, isShared);
  const answer = await inTime(mounted.handler(context, input), service.handlerTimeoutMs);
  return finish(answer, mounted.serializers, operation, exchange.reply.hasHeader("idempotency-replayed"));
};

/** Measures and logs a request whose answer is on its way. */
const record = <Op extends Operation>(
  { service, operation, logFor }: Mounted<Op>,
  { request, correlation, startedAt, actor }: Exchange,
  status: number,
  problem?: HttpProblem,
): void => {
  const durationMs = performance.now() - startedAt;
  service.metrics.observe(operation.id, status, durationMs / 1000);
  const line = {
    correlationId: correlation.correlationId,
    url: request.url,
    status,
    durationMs: Math.round(durationMs * 1000) / 1000,
    code: problem?.code,
  };
  logFor(actor).info(line, "request");
};

const fail = <Op extends Operation>(mounted: Mounted<Op>, exchange: Exchange, thrown: unknown): void => {
  const { request, reply, correlation } = exchange;
  const problem = toProblem(thrown);
  if (problem.status >= 500 && !(thrown instanceof Error && thrown === problem)) {
    const { correlationId } = correlation;
    mounted.service.log.error({ correlationId, operation: mounted.operation.id, err: thrown }, "request failed");
  }
  record(mounted, exchange, sendProblem(request, reply, problem, correlation, mounted.alsoTell?.(problem)), problem);
};

/** Forms of one answer are kept apart. */
const cacheAddress = (operation: Operation, { url, headers }: FastifyRequest): string =>
  operation.alternatives ? `${url} ${preferredMediaType(operation, headers.accept)}` : url;

const answerTo = <Op extends Operation>(mounted: Mounted<Op>, exchange: Exchange): Promise<void> | undefined => {
  const { request, reply, correlation, actor } = exchange;
  admit(mounted.operation.access, actor);
  admitBound(mounted.operation, actor);
  const live = (answer: FinishedAnswer): FinishedAnswer =>
    answer.stream && request.method === "GET"
      ? { ...answer, stream: liveStream(mounted, exchange, answer.stream) }
      : answer;
  const leave = (answer: FinishedAnswer): void => record(mounted, exchange, send(request, reply, answer, correlation));
  const cache = seesWhatTenantSees(actor) ? mounted.cache : undefined;
  const address = cacheAddress(mounted.operation, request);
  const known = cache?.get(actor.tenantId, address);
  if (known) {
    record(mounted, exchange, sendAgain(request, reply, known, correlation));
    return undefined;
  }
  const answer = cache
    ? cache.share(actor.tenantId, address, () => carryOut(mounted, exchange, true))
    : carryOut(mounted, exchange, false);
  return answer.then(live).then(leave, (thrown) => fail(mounted, exchange, thrown));
};

/** A body that cannot be read is refused before there is a request to respond to. */
const refuseBody =
  <Op extends Operation>(mounted: Mounted<Op>) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const correlation = correlate(request.headers);
    fail(mounted, { request, reply, correlation, startedAt: performance.now(), actor: anonymous }, error);
  };

/** Nothing is awaited that is known already: an answer from the cache leaves in the same turn of the event loop. */
const respond = <Op extends Operation>(
  mounted: Mounted<Op>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> | undefined => {
  const correlation = correlate(request.headers);
  const exchange: Exchange = { request, reply, correlation, startedAt: performance.now(), actor: anonymous };
  const withActor = (actor: Actor): Promise<void> | undefined => {
    exchange.actor = actor;
    return answerTo(mounted, exchange);
  };
  try {
    if (!mounted.takesNul && request.url.includes("%00"))
      throw coreProblem("request_invalid", { detail: "The address holds the character U+0000." });
    const identity = "anyone" in mounted.operation.access ? anonymous : identify(mounted.service, request);
    if (!(identity instanceof Promise)) return withActor(identity);
    return identity.then(withActor).catch((thrown) => fail(mounted, exchange, thrown));
  } catch (thrown) {
    fail(mounted, exchange, thrown);
    return undefined;
  }
};

/**
 * Mounts an operation: correlation, identity, access, limits, input, handler, answer, log line and metrics, in this order.
 * The declaration in the contract says everything that differs from one operation to the next.
 */
export const mount = <Op extends Operation>(
  service: Service,
  operation: Op,
  handler: Handler<NoInfer<Op>>,
  options: MountOptions = {},
): void => {
  const { url, rest } = routePath(operation.path);
  const serializers = serializersOf(operation);
  const isRead = operation.method === "GET";
  const logFor = requestLogger(service.log, operation.id);
  const { cache, alsoTell, takesNul = false } = options;
  const parts = { cache, alsoTell, takesNul, serializers, isRead, rest, logFor };
  const mounted: Mounted<Op> = { service, operation, handler, ...parts };
  service.mounted.add(operation.id);
  addRoute(service, operation, {
    method: operation.method,
    url,
    handler: (request, reply) => respond(mounted, request, reply),
    ...(alsoTell && { errorHandler: refuseBody(mounted) }),
  });
};
