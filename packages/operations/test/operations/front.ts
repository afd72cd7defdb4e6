import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An address that stays while what answers behind it changes: what a proxy at the edge is to callers. */
export interface Front {
  readonly url: string;
  /** Requests that were answered with 5xx, or not at all. */
  readonly failures: readonly string[];
  readonly answered: () => number;
  /** From now on, requests go there. Gives how many are still on their way from where they went before. */
  moveTo(url: string): () => number;
  close(): Promise<void>;
}

interface Upstream {
  readonly url: string;
  readonly agent: Agent;
  waiting: number;
}

const upstreamAt = (url: string): Upstream => ({ url, agent: new Agent({ keepAlive: true }), waiting: 0 });

/** Opens a front; nothing answers until it was moved somewhere. */
export const openFront = async (): Promise<Front> => {
  const failures: string[] = [];
  let answered = 0;
  let current: Upstream | undefined;

  const forward = (from: IncomingMessage, to: ServerResponse): void => {
    const upstream = current;
    const what = `${from.method} ${from.url}`;
    if (!upstream) return void to.writeHead(503).end();
    upstream.waiting += 1;
    to.once("close", () => {
      upstream.waiting -= 1;
    });
    const asked = request(upstream.url + from.url, {
      method: from.method,
      headers: from.headers,
      agent: upstream.agent,
    });
    const fail = (error: Error): void => {
      // Whoever asked has hung up.
      if (to.destroyed) return;
      failures.push(`${what}: ${error.message}`);
      if (to.headersSent) to.destroy();
      else to.writeHead(502).end();
    };
    asked.once("error", fail);
    asked.once("response", (response) => {
      answered += 1;
      if ((response.statusCode ?? 500) >= 500) failures.push(`${what}: ${response.statusCode}`);
      response.once("error", fail);
      to.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(to);
    });
    to.once("close", () => asked.destroy());
    from.pipe(asked);
  };

  const server = createServer(forward).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures,
    answered: () => answered,
    moveTo: (url) => {
      const before = current;
      current = upstreamAt(url);
      return () => before?.waiting ?? 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
