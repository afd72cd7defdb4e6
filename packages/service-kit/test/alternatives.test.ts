import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { answer, type RequestContext, responseCache } from "../src/index.ts";
import { startThings, thing } from "./things.ts";

const watch = async (ctx: RequestContext) =>
  ctx.mediaType === "text/plain"
    ? answer(200, { bytes: Buffer.from("a\n"), mediaType: "text/plain" as const })
    : answer(200, { body: { things: [thing] } });

const typeOf = (response: { headers: Record<string, unknown> }) =>
  String(response.headers["content-type"]).split(";")[0];

describe("an operation with alternatives", () => {
  it.each([
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["text/plain", "text/plain"],
    ["application/json;q=0.5, text/plain", "text/plain"],
    ["text/plain;q=0.1, application/json", "application/json"],
    ["image/png", "application/json"],
    [",;q=", "application/json"],
  ])("answers Accept %j with %s", async (accept, mediaType) => {
    const { call } = await startThings({ watchThings: watch });
    expect(typeOf(await call("GET", "/watch", { headers: accept === undefined ? {} : { accept } }))).toBe(mediaType);
  });

  it("keeps the forms of one address apart in the cache, and says that they differ", async () => {
    const cached = { cache: responseCache({ bytesMax: 1e6, ttlMs: 10_000 }) };
    const { call } = await startThings({ watchThings: watch }, { cached });
    for (const accept of ["text/plain", "application/json", "text/plain", "application/json"]) {
      const response = await call("GET", "/watch", { headers: { accept } });
      expect([typeOf(response), response.headers.vary]).toEqual([accept, "authorization, accept"]);
    }
  });

  it("may answer as a stream, which neither proxies nor callers keep", async () => {
    const stream = async function* () {
      yield "data: 1\n\n";
      yield "data: 2\n\n";
    };
    const { call } = await startThings({
      watchThings: async () => answer(200, { stream: stream(), mediaType: "text/event-stream" as const }),
    });
    const response = await call("GET", "/watch", { headers: { accept: "text/event-stream" } });
    expect(response.body).toBe("data: 1\n\ndata: 2\n\n");
    expect(response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-store" });
    expect(response.headers.etag).toBeUndefined();
  });

  it("answers HEAD without starting the stream", async () => {
    let started = false;
    const stream = async function* () {
      started = true;
      yield "data: 1\n\n";
    };
    const { call } = await startThings({
      watchThings: async () => answer(200, { stream: stream(), mediaType: "text/event-stream" as const }),
    });
    const response = await call("HEAD", "/watch", { headers: { accept: "text/event-stream" } });
    expect([response.statusCode, response.body, started]).toEqual([200, "", false]);
  });

  it("tells a stream when its reader has hung up", async () => {
    let ended: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const stream = async function* (signal: AbortSignal) {
      yield "data: 1\n\n";
      await once(signal, "abort");
      ended();
    };
    const { app } = await startThings({
      watchThings: async (ctx) => answer(200, { stream: stream(ctx.signal), mediaType: "text/event-stream" as const }),
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const reader = request(`${url}/watch`, { headers: { accept: "text/event-stream" } }).end();
    const [response] = await once(reader, "response");
    await once(response, "data");
    reader.destroy();
    await over;
  });
});

it("an operation that answers bytes may answer them as a stream", async () => {
  const stream = async function* () {
    yield "one\n";
    yield "two\n";
  };
  const { call } = await startThings({
    getFile: async () => answer(200, { stream: stream(), mediaType: "application/x-ndjson" }),
  });
  const response = await call("GET", "/files/log");
  expect([response.statusCode, response.body]).toEqual([200, "one\ntwo\n"]);
  expect(response.headers).toMatchObject({ "content-type": "application/x-ndjson", "cache-control": "no-store" });
});
