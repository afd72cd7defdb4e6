import { describe, expect, it } from "vitest";
import { createClient, InvalidAnswerError, unwrap } from "../src/index.ts";
import { contract, inTurn, json, type Respond, refusal, thing, useServer } from "./things.ts";

const wire = useServer();
const now = { "retry-after": "0" };
const hangUp: Respond = (request) => request.socket.destroy();
const never: Respond = () => undefined;
const found = json(200, thing);
const keys = () => wire.seen.map(({ headers }) => headers["idempotency-key"]);
const clientWith = (limits: Partial<Parameters<typeof createClient>[1]>) =>
  createClient(contract, { baseUrl: wire.baseUrl, ...limits });

describe("a call is tried again", () => {
  it.each<[string, Respond]>([
    ["after a broken line", hangUp],
    ["after 429", refusal(429, "rate_limited", now)],
    ["after 503", refusal(503, "unavailable", now)],
    ["after a proxy's 502", (_request, response) => response.writeHead(502).end("<html>")],
    ["after a proxy's 504", (_request, response) => response.writeHead(504).end("<html>")],
    [
      "after an answer that breaks off",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("{");
        setImmediate(() => response.destroy());
      },
    ],
  ])("%s", async (_what, failure) => {
    wire.respond = inTurn(failure, found);
    expect(await wire.things.getThing({ id: "a" })).toMatchObject({ ok: true, body: thing });
    expect(wire.seen).toHaveLength(2);
  });

  it("after an attempt that took too long", async () => {
    wire.respond = inTurn(never, found);
    const client = clientWith({ timeoutMs: 100, totalTimeoutMs: 20_000 });
    expect(await client.getThing({ id: "a" })).toMatchObject({ ok: true });
  });

  it("as late as Retry-After says, in seconds or as a date", async () => {
    const date = new Date(Date.now() + 1_000).toUTCString();
    wire.respond = inTurn(refusal(503, "unavailable", { "retry-after": "1" }), found);
    const startedAt = performance.now();
    await unwrap(wire.things.getThing({ id: "a" }));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    wire.respond = inTurn(refusal(503, "unavailable", { "retry-after": date }), found);
    await unwrap(wire.things.getThing({ id: "a" }));
    expect(wire.seen).toHaveLength(4);
  });

  it("as a write with one key of the client's making for all attempts, and another for the next call", async () => {
    wire.respond = inTurn(hangUp, refusal(409, "idempotency_in_flight", now), json(201, thing));
    expect(await wire.things.putThing({ id: "a", body: thing })).toMatchObject({ status: 201 });
    await wire.things.putThing({ id: "a", body: thing });
    expect(keys()).toEqual([keys()[0], keys()[0], keys()[0], expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(keys()[3]).not.toBe(keys()[0]);
    expect(new Set(wire.seen.map(({ body }) => body)).size).toBe(1);
  });

  it("as a write with the caller's key, wherever the caller puts it", async () => {
    wire.respond = inTurn(refusal(503, "unavailable", now), found);
    await wire.things.putThing({ id: "a", body: thing }, { idempotencyKey: "mine" });
    wire.respond = inTurn(refusal(503, "unavailable", now), found);
    await wire.things.putThing({ id: "a", body: thing }, { headers: { "x-idempotency-key": "mine" } });
    expect(keys()).toEqual(["mine", "mine", undefined, undefined]);
    expect(wire.seen[3]?.headers).toHaveProperty("x-idempotency-key", "mine");
  });
});

describe("a call is not tried again", () => {
  it("as a write of which the service keeps no key, even if the caller sends one", async () => {
    wire.respond = refusal(503, "unavailable", now);
    expect(await wire.things.deleteThing({ id: "a" })).toMatchObject({ ok: false, status: 503 });
    expect(await wire.things.emptyThings({}, { idempotencyKey: "mine" })).toMatchObject({ ok: false, status: 503 });
    expect(wire.seen).toHaveLength(2);
  });

  it.each([
    [400, "request_invalid"],
    [404, "route_not_found"],
    [409, "thing_broken"],
    [500, "internal_error"],
  ])("after %i %s: it would be the same again", async (status, code) => {
    wire.respond = refusal(status, code, now);
    expect(await wire.things.putThing({ id: "a", body: thing })).toMatchObject({ ok: false, status });
    expect(wire.seen).toHaveLength(1);
  });

  it("more often than it may be, and the last answer is what comes of it", async () => {
    wire.respond = refusal(503, "unavailable", now);
    expect(await wire.things.getThing({ id: "a" })).toMatchObject({ ok: false, status: 503 });
    expect(wire.seen).toHaveLength(4);
    await clientWith({ retries: 9 }).getThing({ id: "a" }, { retries: 1 });
    expect(wire.seen).toHaveLength(6);
  });

  it("with retries: 0, and then no key is made", async () => {
    wire.respond = refusal(503, "unavailable", now);
    expect(await clientWith({ retries: 0 }).putThing({ id: "a", body: thing })).toMatchObject({ status: 503 });
    expect(keys()).toEqual([undefined]);
  });

  it("if it would have to wait beyond its time: the answer comes at once", async () => {
    wire.respond = refusal(429, "rate_limited", { "retry-after": "3600" });
    expect(await wire.things.getThing({ id: "a" })).toMatchObject({ ok: false, status: 429 });
    expect(wire.seen).toHaveLength(1);
  });

  it("when its whole time is over, whatever one attempt may take", async () => {
    wire.respond = never;
    const calling = clientWith({ timeoutMs: 30_000, totalTimeoutMs: 50 }).getThing({ id: "a" });
    await expect(calling).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
    expect(wire.seen).toHaveLength(1);
  });

  it("once the caller gives up, be it while the client waits", async () => {
    const controller = new AbortController();
    wire.respond = (request, response, body) => {
      refusal(503, "unavailable", { "retry-after": "20" })(request, response, body);
      setTimeout(() => controller.abort(new Error("enough")), 50);
    };
    await expect(wire.things.getThing({ id: "a" }, { signal: controller.signal })).rejects.toThrow("enough");
    expect(wire.seen).toHaveLength(1);
  });
});

describe("with validate", () => {
  const client = () => clientWith({ validate: true });

  it("an answer that fits comes as it is, with what the contract does not know yet", async () => {
    wire.respond = json(200, { ...thing, colour: "red" });
    expect(await unwrap(client().getThing({ id: "a" }))).toEqual({ ...thing, colour: "red" });
    wire.respond = (_request, response) => response.writeHead(204).end();
    expect(await client().deleteThing({ id: "a" })).toMatchObject({ ok: true, status: 204 });
    wire.respond = (_request, response) => response.writeHead(200).end("bytes");
    expect(await unwrap(client().getFile({ path: "a" }))).toEqual(new TextEncoder().encode("bytes"));
  });

  it("one that does not is an error that names the operation and every place", async () => {
    wire.respond = json(200, { id: 1, size: "large" });
    const error = await client()
      .getThing({ id: "a" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidAnswerError);
    expect(error).toMatchObject({
      operationId: "getThing",
      status: 200,
      items: [{ path: "$.id" }, { path: "$.size" }],
    });
    expect(String(error)).toMatch(/getThing \(200\) does not fit the contract\n {2}\$\.id: /);
  });

  it("a problem is held against the contract, too, and a single call may do without", async () => {
    wire.respond = json(404, { title: 7 }, { "content-type": "application/problem+json" });
    await expect(client().getThing({ id: "a" })).rejects.toThrow(InvalidAnswerError);
    expect(await client().getThing({ id: "a" }, { validate: false })).toMatchObject({ ok: false, status: 404 });
  });
});
