import type { Operation } from "@nofx/contract-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ifMatchTags, preferredMediaType } from "./answer.ts";
import type { RequestContext } from "./context.ts";
import type { Correlation } from "./correlation.ts";
import { onceOf } from "./idempotency-key.ts";
import { type Actor, anonymous, badToken, bearerToken } from "./identity.ts";
import type { Service } from "./service.ts";

/** One request on its way. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly correlation: Correlation;
  readonly startedAt: number;
  actor: Actor;
}

/** Who calls: at once if the token is known, otherwise later. */
export const identify = (service: Service, request: FastifyRequest): Actor | Promise<Actor> => {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) return anonymous;
  const found = service.authenticate(token);
  const sure = (actor: Actor | undefined): Actor => {
    if (!actor) throw badToken();
    return actor;
  };
  return found instanceof Promise ? found.then(sure) : sure(found);
};

/** Listens to the response, not to the socket: a socket outlives its requests, and would collect their listeners. */
const hangUpSignal = (service: Service, reply: FastifyReply): AbortSignal => {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return AbortSignal.any([controller.signal, service.stopping]);
};

/** An empty one means the start (WHATWG HTML, section 9.2.3). */
const lastEventIdOf = ({ headers }: FastifyRequest): string | undefined => {
  const { "last-event-id": id } = headers;
  return typeof id === "string" && id !== "" ? id : undefined;
};

/** What the handler is told of the request. `isShared`: others wait for the same answer. */
export const contextOf = (
  { service, operation }: { readonly service: Service; readonly operation: Operation },
  { request, reply, correlation, actor }: Exchange,
  isShared: boolean,
): RequestContext => {
  let signal: AbortSignal | undefined;
  return {
    correlationId: correlation.correlationId,
    traceparent: correlation.traceparent,
    actor,
    tenantId: actor.tenantId,
    subject: actor.subject,
    role: actor.kind,
    bound: actor.bound,
    bearer: () => bearerToken(request.headers.authorization),
    once: onceOf(operation, request, reply),
    ifMatch: operation.ifMatch ? ifMatchTags(request.headers["if-match"]) : undefined,
    mediaType: preferredMediaType(operation, request.headers.accept),
    lastEventId: lastEventIdOf(request),
    // Made on demand: few handlers wait. Others wait for a shared answer too, so one caller's hang-up does not end it.
    get signal() {
      signal ??= isShared ? service.stopping : hangUpSignal(service, reply);
      return signal;
    },
  };
};
