import type { RequestListener, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { compare } from "../src/measure.ts";
import { listen, subjectOf } from "./servers.ts";

const plan = { rounds: 1, seconds: 0.3, warmUpSeconds: 0 };
const never = new AbortController().signal;
const thing = subjectOf("/thing");
const latencyMs = 25;

/** Answers after a while: a server that does it at once is kept as busy as can be for as long as it is measured. */
const answerLater = (response: ServerResponse): void => void setTimeout(() => response.end("ok"), latencyMs);

describe("compare", () => {
  it("gives the service's rate as a part of the bare server's, and the service's latencies", async () => {
    let answers = 0;
    const service = await listen((_request, response) => {
      answers += 1;
      if (answers <= 3) answerLater(response);
    });
    const bare = await listen((_request, response) => answerLater(response));
    const measured = await compare(service, bare, thing, plan, never);
    expect(measured.servicePerSecond).toBeGreaterThan(0);
    expect(measured.servicePerSecond).toBeLessThanOrEqual(3 / plan.seconds);
    expect(measured.barePerSecond).toBeGreaterThan(3 / plan.seconds);
    expect(measured.ratio).toBe(measured.servicePerSecond / measured.barePerSecond);
    expect(measured.p50Ms).toBeGreaterThanOrEqual(latencyMs - 1);
    expect(measured.p99Ms).toBeGreaterThanOrEqual(measured.p50Ms);
    expect(measured).toMatchObject({ non2xx: 0, errors: 0 });
  });

  it("asks both servers for every address, with the headers of each", async () => {
    const asked: Record<string, Set<string>> = { service: new Set(), bare: new Set() };
    const noting =
      (who: string): RequestListener =>
      ({ method, url, headers }, response) => {
        asked[who]?.add(`${method} ${url} ${headers.authorization}`);
        answerLater(response);
      };
    const service = { ...(await listen(noting("service"))), headers: { authorization: "Bearer service" } };
    const bare = { ...(await listen(noting("bare"))), headers: { authorization: "Bearer bare" } };
    await compare(service, bare, subjectOf("/a", "/b?limit=2", "/c"), plan, never);
    for (const [who, requests] of Object.entries(asked)) {
      const wanted = ["/a", "/b?limit=2", "/c"].map((address) => `GET ${address} Bearer ${who}`);
      expect([...requests].sort()).toEqual(wanted);
    }
  });

  it("warms both up, then loads them in turn, round by round", async () => {
    const turns: string[] = [];
    const known = new WeakSet<object>();
    const noting =
      (who: string): RequestListener =>
      ({ socket }, response) => {
        // A turn begins with new connections; requests of the turn before may still come in on old ones.
        if (!known.has(socket) && turns.at(-1) !== who) turns.push(who);
        known.add(socket);
        answerLater(response);
      };
    const [service, bare] = [await listen(noting("service")), await listen(noting("bare"))];
    await compare(service, bare, thing, { rounds: 2, seconds: 0.2, warmUpSeconds: 0.2 }, never);
    expect(turns).toEqual(["service", "bare", "service", "bare", "service", "bare"]);
  }, 20_000);

  it("counts answers that are not 2xx, and broken connections, of either server", async () => {
    const failing = await listen((_request, response) => {
      setTimeout(() => response.writeHead(503).end(), latencyMs);
    });
    const breaking = await listen((request) => void setTimeout(() => request.socket.resetAndDestroy(), latencyMs));
    const measured = await compare(failing, breaking, thing, plan, never);
    expect(measured.non2xx).toBeGreaterThan(0);
    expect(measured.errors).toBeGreaterThan(0);
    const swapped = await compare(breaking, failing, thing, plan, never);
    expect(swapped.non2xx).toBeGreaterThan(0);
    expect(swapped.errors).toBeGreaterThan(0);
  });

  it("ends early, with the reason, when it is interrupted", async () => {
    const interrupted = new AbortController();
    const service = await listen((_request, response) => {
      interrupted.abort(new Error("Ctrl-C"));
      response.end("ok");
    });
    let bareWasAsked = false;
    const bare = await listen((_request, response) => {
      bareWasAsked = true;
      response.end("ok");
    });
    const startedAt = performance.now();
    const long = { rounds: 3, seconds: 30, warmUpSeconds: 0 };
    await expect(compare(service, bare, thing, long, interrupted.signal)).rejects.toThrow("Ctrl-C");
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(bareWasAsked).toBe(false);
  });

  it("asks nobody when it was interrupted before", async () => {
    let asked = 0;
    const target = await listen((_request, response) => {
      asked += 1;
      response.end("ok");
    });
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    await expect(compare(target, target, thing, plan, signal)).rejects.toThrow("Ctrl-C");
    expect(asked).toBe(0);
  });
});
