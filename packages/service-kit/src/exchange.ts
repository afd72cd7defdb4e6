import type { Operation } from "@nofx/contract-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ifMatchTags, preferredMediaType } from "./answer.ts";
import type { RequestContext } from "./context.ts";
import type { Correlation } from "./correlation.ts";
import { onceOf } from "./idempotency-key.ts";
import type { Actor } from "./identity.ts";
import type { Service } from "./service.ts";

/** One request on its way. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly correlation: Correlation;
  readonly startedAt: number;
  actor: Actor;
}

/** Listens to the response, not to the socket: a socket outlives its requests, and would collect their listeners. */
const hangUpSignal = (service: Service, reply: FastifyReply): AbortSignal => {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return AbortSignal.any([controller.signal, service.stopping]);
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
    agents: actor.agents,
    once: onceOf(operation, request, reply),
    ifMatch: operation.ifMatch ? ifMatchTags(request.headers["if-match"]) : undefined,
    mediaType: preferredMediaType(operation, request.headers.accept),
    // Made on demand: few handlers wait. Others wait for a shared answer too, so one caller's hang-up does not end it.
    get signal() {
      signal ??= isShared ? service.stopping : hangUpSignal(service, reply);
      return signal;
    },
  };
};
