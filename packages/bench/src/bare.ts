/** The machine's own ceiling: Fastify that answers with finished bytes, and does nothing else. Told what by its parent. */
import { fastify } from "fastify";

/** One route with every address that is asked of it. */
export interface BareRoute {
  readonly route: string;
  readonly contentType: string;
  readonly bodies: ReadonlyMap<string, Buffer>;
}

process.once("message", async (routes: readonly BareRoute[]) => {
  const app = fastify({ logger: false, routerOptions: { maxParamLength: 300 } });
  for (const { route, contentType, bodies } of routes) {
    app.get(route, (request, reply) => {
      void reply.header("content-type", contentType).send(bodies.get(request.url));
    });
  }
  process.send?.(await app.listen({ host: "127.0.0.1", port: 0 }));
});
process.once("disconnect", () => process.exit());
