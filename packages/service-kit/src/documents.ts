import { noneMatch } from "./answer.ts";
import { correlate } from "./correlation.ts";
import { coreProblem } from "./http-problem.ts";
import type { Service } from "./service.ts";

/** A text that is the same for everybody until the next release. */
export interface PublicDocument {
  /** Where it is answered. */
  readonly paths: readonly `/${string}`[];
  readonly mediaType: string;
  readonly text: string;
  /** SHA-256 of `text`. */
  readonly digest: string;
}

const day = 86_400;

/** Fresh for an hour, usable for a week while it is asked again; the bytes of a named digest never change. */
const caching = {
  latest: `public, max-age=${day / 24}, stale-while-revalidate=${day * 7}, stale-if-error=${day * 7}`,
  pinned: `public, max-age=${day * 365}, immutable`,
};

/**
 * Serves documents to everybody, editors and pages of other origins included, without a token. `?digest=` asks for these
 * bytes and no others, which are kept forever.
 */
export const mountDocuments = ({ fastify }: Service, documents: readonly PublicDocument[]): void => {
  for (const { paths, mediaType, text, digest } of documents) {
    const etag = `"${digest}"`;
    for (const path of paths) {
      fastify.get<{ Querystring: { digest?: unknown } }>(path, async (request, reply) => {
        const asked = request.query.digest;
        if (asked !== undefined && asked !== digest) throw coreProblem("route_not_found");
        void reply.headers({
          etag,
          "cache-control": asked === undefined ? caching.latest : caching.pinned,
          "access-control-allow-origin": "*",
          "access-control-expose-headers": "etag",
          "x-correlation-id": correlate(request.headers).correlationId,
        });
        if (noneMatch(request.headers["if-none-match"], etag)) return reply.code(304).send();
        return reply.type(`${mediaType}; charset=utf-8`).send(text);
      });
    }
  }
};
