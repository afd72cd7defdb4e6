import { once } from "node:events";
import { Agent, get, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { answer, type RequestContext } from "../src/index.ts";
import { startThings, thing } from "./things.ts";

/** A service on a socket whose read of a thing waits until the test lets it go. */
const slow = async () => {
  const reached = Promise.withResolvers<RequestContext>();
  const release = Promise.withResolvers<void>();
  const { app, service } = await startThings({
    getThing: async (ctx) => {
      // Read, as a handler does that passes it on.
      void ctx.signal.aborted;
      reached.resolve(ctx);
      await release.promise;
      return answer(200, { body: thing });
    },
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { app, service, url, reached: reached.promise, release: release.resolve };
};
const counted = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
const aborted = async (signal: AbortSignal): Promise<true> => {
  if (!signal.aborted) await once(signal, "abort");
  return true;
};

describe("closing", () => {
  it("lets a request in flight finish, tells its handler, and accepts no new ones", async () => {
    const { app, url, reached, release } = await slow();
    const inFlight = fetch(`${url}/things/a`);
    const { signal } = await reached;
    expect(signal.aborted).toBe(false);
    const closed = app.close();
    expect(await aborted(signal)).toBe(true);
    const late = fetch(`${url}/things`).then(
      ({ status }) => status,
      () => "refused",
    );
    expect([503, "refused"]).toContain(await late);
    release();
    const response = await inFlight;
    expect([response.status, await response.json()]).toEqual([200, thing]);
    await closed;
    expect(app.server.listening).toBe(false);
  });

  it("does not wait for connections on which nothing was ever asked", async () => {
    const { app } = await startThings();
    const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    await expect.poll(() => counted(app.server)).toBe(1);
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    socket.destroy();
  });

  it("does not wait for connections that are kept alive and idle", async () => {
    const { app } = await startThings();
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const [response] = (await once(get(`${url}/things`, { agent }), "response")) as [IncomingMessage];
    await text(response);
    await app.close();
    expect(app.server.listening).toBe(false);
  });

  it("stops the service's signal", async () => {
    const { app, service } = await startThings();
    expect(service.stopping.aborted).toBe(false);
    await app.close();
    expect(service.stopping.aborted).toBe(true);
  });
});

describe("the signal of a request", () => {
  it("ends when the client hangs up", async () => {
    const { url, reached, release } = await slow();
    const controller = new AbortController();
    const gone = fetch(`${url}/things/a`, { signal: controller.signal }).catch(() => "gone");
    const { signal } = await reached;
    controller.abort();
    expect(await aborted(signal)).toBe(true);
    expect(await gone).toBe("gone");
    release();
  });

  it("does not end with its answer", async () => {
    const { url, reached, release } = await slow();
    release();
    const response = await fetch(`${url}/things/a`);
    await response.text();
    expect((await reached).signal.aborted).toBe(false);
  });

  it("leaves nothing behind on a connection that is kept alive", async () => {
    const sockets = new Set<{ listenerCount(event: string): number }>();
    const { app } = await startThings({
      getThing: async ({ signal }) => answer(200, { body: { ...thing, size: signal.aborted ? 1 : 0 } }),
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    app.server.on("connection", (socket) => sockets.add(socket));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const listeners: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const [response] = (await once(get(`${url}/things/a`, { agent }), "response")) as [IncomingMessage];
      await text(response);
      listeners.push([...sockets].reduce((sum, socket) => sum + socket.listenerCount("close"), 0));
    }
    expect(sockets.size).toBe(1);
    expect(listeners.at(-1)).toBe(listeners[1]);
  });
});
