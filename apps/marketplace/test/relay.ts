import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What was asked through a relay. */
interface Asked {
  readonly url: URL;
  readonly authorization: string | undefined;
}

/** The address of a service that starts later: what comes in over its socket is passed on, unless the test says otherwise. */
export interface Relay {
  readonly url: string;
  readonly asked: Asked[];
  /** Passes on what comes in from now on. */
  to(service: typeof fetch): void;
  /** Called with each request before it is passed on; without an end, there is no answer. */
  meanwhile: () => Promise<unknown>;
  /** Nobody listens there any more. */
  close(): Promise<void>;
}

export const relay = async (): Promise<Relay> => {
  let service: typeof fetch | undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://relay.test");
    const { authorization } = request.headers;
    own.asked.push({ url, authorization });
    await own.meanwhile();
    const headers = { ...(authorization !== undefined && { authorization }) };
    if (!service) throw new Error("There is no service yet");
    const answer = await service(url, { headers }).catch(() => undefined);
    // A service that has been closed answers nobody.
    if (!answer) return void response.destroy();
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    to: (target) => {
      service = target;
    },
    meanwhile: async () => undefined,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((closed) => server.close(closed));
    },
  };
  onTestFinished(own.close);
  return own;
};
