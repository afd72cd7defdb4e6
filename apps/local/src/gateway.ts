import { createServer, type RequestListener } from "node:http";

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

/** What answers addresses that begin with a prefix. */
export interface Route {
  readonly prefix: string;
  readonly handle: RequestListener;
}

/** How long open requests may take when the gateway stops. */
const drainMs = 2_000;

/** One origin for all services: hands each request to the service whose longest prefix fits, in the same process. */
export const startGateway = async (port: number, routes: readonly Route[]): Promise<Gateway> => {
  const byLength = [...routes].sort((a, b) => b.prefix.length - a.prefix.length);
  const server = createServer((request, response) => {
    if (request.url === "/") {
      response.writeHead(302, { location: "/docs" }).end();
      return;
    }
    const route = byLength.find(({ prefix }) => request.url?.startsWith(prefix));
    if (route) route.handle(request, response);
    else response.writeHead(404).end();
  });
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 72_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(deadline);
    },
  };
};
