import { type Operation, RawBody } from "@nofx/contract-kit";
import type { FastifyInstance, RouteOptions } from "fastify";
import { identify } from "./exchange.ts";
import { admit, admitBound } from "./identity.ts";
import type { Service } from "./service.ts";

/** Only the routes of this scope take such bodies. */
const takeRawBodies = (scope: FastifyInstance, mediaTypes: readonly string[]): void => {
  for (const mediaType of mediaTypes) {
    scope.addContentTypeParser(mediaType, { parseAs: "buffer" }, (_request, bytes, done) =>
      done(null, new RawBody(mediaType, bytes as Buffer<ArrayBuffer>)),
    );
  }
};

/**
 * Adds the route of an operation. Where its bodies may be larger than others, nobody is listened to who may not call it:
 * otherwise anybody could fill the memory.
 */
export const addRoute = (service: Service, operation: Operation, route: RouteOptions): void => {
  const { access, rawBodies = {}, bodyBytesMax: bodyLimit } = operation;
  const mediaTypes = Object.keys(rawBodies);
  const onRequest: RouteOptions["onRequest"] = async (request) => {
    const actor = await identify(service, request);
    admit(access, actor);
    admitBound(operation, actor);
  };
  const own = bodyLimit === undefined ? route : { ...route, bodyLimit, onRequest };
  if (mediaTypes.length === 0) {
    service.fastify.route(own);
    return;
  }
  void service.fastify.register(async (scope) => {
    takeRawBodies(scope, mediaTypes);
    scope.route(own);
  });
};
