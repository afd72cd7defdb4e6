import Fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchInto } from "../src/in-process.ts";

const base = "http://service.test";

/** An app that tells what it received. */
const mirror = (): FastifyInstance => {
  const app = Fastify();
  onTestFinished(() => app.close());
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.all("/mirror/*", async (request) => ({
    method: request.method,
    url: request.url,
    query: request.query,
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? [...request.body] : request.body,
  }));
  app.get("/status/:code", (request, reply) => {
    const code = Number((request.params as { code: string }).code);
    return reply
      .code(code)
      .header("etag", '"tag"')
      .send(code === 200 ? "text" : undefined);
  });
  app.get("/cookies", (_request, reply) => reply.header("set-cookie", ["a=1; Path=/", "b=2, 3"]).send("ok"));
  app.get("/bytes", (_request, reply) => reply.type("application/octet-stream").send(Buffer.from([0, 255, 128, 10])));
  app.get("/broken", async () => {
    throw new Error("inside");
  });
  return app;
};

const received = async (...call: Parameters<typeof fetch>) =>
  (await (await fetchInto(mirror())(...call)).json()) as Record<string, never>;

describe("a fetch into an app", () => {
  it("can be given up while the app works on it", async () => {
    const app = mirror();
    app.get("/slow", () => new Promise(() => undefined));
    const calling = new AbortController();
    const called = fetchInto(app)(`${base}/slow`, { signal: calling.signal });
    setImmediate(() => calling.abort());
    await expect(called).rejects.toThrow(/abort/);
  });

  it.each(["GET", "POST", "PUT", "PATCH", "DELETE"])("passes the method %s", async (method) => {
    expect(await received(`${base}/mirror/x`, { method })).toMatchObject({ method });
  });

  it("passes path and query as they were written", async () => {
    const got = await received(new URL("/mirror/a%2Fb?x=1&y=%C3%BC&x=2", base));
    expect(got).toMatchObject({ url: "/mirror/a%2Fb?x=1&y=%C3%BC&x=2", query: { x: ["1", "2"], y: "ü" } });
  });

  it("passes headers", async () => {
    const headers = new Headers({ authorization: "Bearer t", "x-list": "a" });
    headers.append("x-list", "b");
    expect((await received(`${base}/mirror/x`, { headers })).headers).toMatchObject({
      authorization: "Bearer t",
      "x-list": "a, b",
    });
  });

  it("passes a JSON body", async () => {
    const headers = { "content-type": "application/json" };
    const got = await received(`${base}/mirror/x`, { method: "POST", headers, body: '{"word":"Grüße"}' });
    expect(got).toMatchObject({ body: { word: "Grüße" }, headers: { "content-length": "18" } });
  });

  it("passes bytes that are no text", async () => {
    const body = new Uint8Array([0, 255, 128, 10]);
    const headers = { "content-type": "application/octet-stream" };
    expect(await received(`${base}/mirror/x`, { method: "PUT", headers, body })).toMatchObject({
      body: [0, 255, 128, 10],
    });
  });

  it("passes an empty body as an empty body, and none as none", async () => {
    const headers = { "content-type": "application/octet-stream" };
    expect(await received(`${base}/mirror/x`, { method: "PUT", headers, body: "" })).toMatchObject({ body: [] });
    const none = await received(`${base}/mirror/x`, { method: "POST" });
    expect(none.headers).not.toHaveProperty("content-type");
  });

  it("takes a Request with everything in it", async () => {
    const request = new Request(`${base}/mirror/x?y=1`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-one": "1" },
      body: '{"n":1}',
    });
    expect(await received(request)).toMatchObject({
      method: "POST",
      query: { y: "1" },
      headers: { "x-one": "1" },
      body: { n: 1 },
    });
  });
});

describe("the answer", () => {
  it("carries status, headers and text", async () => {
    const answer = await fetchInto(mirror())(`${base}/status/200`);
    expect(answer).toMatchObject({ status: 200, ok: true });
    expect(answer.headers.get("etag")).toBe('"tag"');
    expect(await answer.text()).toBe("text");
  });

  it.each([204, 304])("of status %i has headers and no body", async (status) => {
    const answer = await fetchInto(mirror())(`${base}/status/${status}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("etag")).toBe('"tag"');
    expect(answer.body).toBeNull();
  });

  it("keeps bytes as they are", async () => {
    const answer = await fetchInto(mirror())(`${base}/bytes`);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 128, 10]);
  });

  it("keeps the values of a header apart", async () => {
    const answer = await fetchInto(mirror())(`${base}/cookies`);
    expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2, 3"]);
  });

  it("is an answer also when the app fails", async () => {
    const answer = await fetchInto(mirror())(`${base}/broken`);
    expect(answer).toMatchObject({ status: 500, ok: false });
  });
});
