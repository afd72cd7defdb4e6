import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { answer, type RequestContext, streamEvent, streamHeartbeat, streamStart } from "../src/index.ts";
import { actors, problemOf, startThings } from "./things.ts";

/** Sends a piece, then another each time the test lets it. */
const watchedThings = () => {
  const waiting: (() => void)[] = [];
  const ended: string[] = [];
  const stream = async function* ({ signal, subject }: RequestContext) {
    for (let piece = 1; !signal.aborted; piece += 1) {
      yield streamEvent({ id: `e:${piece}`, event: "thing", data: { piece } });
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve());
      });
    }
    ended.push(subject);
  };
  const handler = async (ctx: RequestContext) =>
    answer(200, { stream: stream(ctx), mediaType: "text/event-stream" as const });
  return { handler, ended, next: () => waiting.splice(0).forEach((resolve) => void resolve()) };
};

const listening = async (...order: Parameters<typeof startThings>) => {
  const things = await startThings(...order);
  return { ...things, url: await things.app.listen({ host: "127.0.0.1", port: 0 }) };
};

const open = async (url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> => {
  const reader = request(url, { headers: { accept: "text/event-stream", ...headers }, agent: false }).end();
  onTestFinished(() => void reader.destroy());
  const [response] = (await once(reader, "response")) as [IncomingMessage];
  return response.on("error", () => undefined);
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("an event stream", () => {
  it("writes events as the standard says", () => {
    expect(streamStart(500)).toBe("retry: 500\n\n");
    expect(streamEvent({ id: "a:1", event: "thing", data: "two\nlines" })).toBe(
      'id: a:1\nevent: thing\ndata: "two\\nlines"\n\n',
    );
    expect(streamEvent({ id: "a:1" })).toBe("id: a:1\n\n");
    expect(streamHeartbeat).toMatch(/^:.*\n\n$/);
  });

  it("tells its handler where the reader wants to go on; an empty id means the start", async () => {
    const seen: (string | undefined)[] = [];
    const { call } = await startThings({
      watchThings: async (ctx) => {
        seen.push(ctx.lastEventId);
        return answer(200, { body: { things: [] } });
      },
    });
    await call("GET", "/watch", { headers: { "last-event-id": "e:7" } });
    await call("GET", "/watch", { headers: { "last-event-id": "" } });
    await call("GET", "/watch");
    expect(seen).toEqual(["e:7", undefined, undefined]);
  });

  it("ends when the service closes, with its answer complete", async () => {
    const { handler, ended } = watchedThings();
    const { app, url } = await listening({ watchThings: handler });
    const response = await open(`${url}/watch`);
    const all = text(response);
    await app.close();
    expect(await all).toContain("e:1");
    expect([response.complete, ended]).toEqual([true, ["anonymous"]]);
  });

  it("429 rate_limited: more than one tenant may have open; 503 unavailable: more than the process may", async () => {
    const { handler } = watchedThings();
    const { url, call, service } = await listening(
      { watchThings: handler, listThings: handler as never },
      { streams: { perTenantMax: 1, max: 2 } },
    );
    const first = await open(`${url}/things`, bearer("publisher"));
    const again = await call("GET", "/things", { headers: { accept: "text/event-stream" }, token: "viewer" });
    expect(problemOf(again, 429, "rate_limited").detail).toContain("At most 1");
    expect(again.headers["retry-after"]).toBe("10");
    await open(`${url}/things`, bearer("other"));
    problemOf(await call("GET", "/things"), 503, "unavailable");
    expect(service.streams.count()).toBe(2);
    first.destroy();
    while (service.streams.count() > 1) await delay(1);
    expect((await open(`${url}/things`, bearer("viewer"))).statusCode).toBe(200);
    expect((await call("GET", "/metrics")).body).toMatch(/nofx_open_streams\{[^}]*operation="listThings"[^}]*\} 2/);
  });

  it("is sent only while its caller's token is good", async () => {
    const { handler, next } = watchedThings();
    const { url } = await listening({ listThings: handler as never });
    const response = await open(`${url}/things`, bearer("publisher"));
    await once(response, "data");
    const actor = actors.get("publisher");
    actors.delete("publisher");
    onTestFinished(() => void (actor && actors.set("publisher", actor)));
    next();
    expect(await text(response)).toBe("");
    expect(response.complete).toBe(true);
  });

  it("breaks off when nobody can say whether the token is still good", async () => {
    const { handler, next } = watchedThings();
    let fails = false;
    const authenticate = (token: string) => {
      if (fails) throw new Error("database gone");
      return actors.get(token);
    };
    const { url } = await listening({ listThings: handler as never }, { authenticate });
    const response = await open(`${url}/things`, bearer("publisher"));
    await once(response, "data");
    fails = true;
    next();
    await expect(text(response)).rejects.toThrow();
  });

  it("is not written faster than its reader reads", async () => {
    let written = 0;
    const stream = async function* ({ signal }: RequestContext) {
      for (; !signal.aborted; written += 1) {
        yield streamEvent({ data: "x".repeat(64 * 1024) });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const { url } = await listening({
      watchThings: async (ctx) => answer(200, { stream: stream(ctx), mediaType: "text/event-stream" as const }),
    });
    const response = await open(`${url}/watch`);
    response.pause();
    let before = -1;
    while (before !== written) {
      before = written;
      await delay(200);
    }
    expect(written).toBeLessThan(400);
    response.destroy();
  });
});
