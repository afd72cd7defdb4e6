import { describe, expect, it } from "vitest";
import { type BuilderServer, callerOf, send } from "./caller.ts";
import { routes } from "./routes.ts";

/** A server that answers one body and remembers what it was asked. */
const recorded = (body: string, status = 200) => {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch: BuilderServer["fetch"] = async (input, init = {}) => {
    asked.push({ url: String(input), init });
    return new Response(body, { status });
  };
  return { server: { baseUrl: "http://builder.example/", token: "secret", fetch }, asked };
};
const headersOf = ({ init }: { init: RequestInit }) => init.headers as Record<string, string>;

describe("send", () => {
  it("sends JSON with the token, and gives the parsed answer", async () => {
    const { server, asked } = recorded('{"id": 1}', 201);
    const answer = await send(server, { method: "POST", path: "/x/run", body: { a: 1 } });
    expect(answer).toEqual({ to: "POST /builder/templates/x/run", status: 201, body: { id: 1 } });
    expect(asked[0]).toMatchObject({
      url: "http://builder.example/builder/templates/x/run",
      init: { method: "POST", body: '{"a":1}' },
    });
    expect(headersOf(asked[0] as never)).toEqual({
      accept: "application/json",
      authorization: "Bearer secret",
      "content-type": "application/json",
    });
  });

  it("sends a text as it is, another authorization, or none", async () => {
    const { server, asked } = recorded("{}");
    await send(server, { method: "POST", path: "", text: "", authorization: "Basic x" });
    await send(server, { method: "GET", path: "", authorization: null });
    expect(asked.map(({ init }) => init.body)).toEqual(["", undefined]);
    expect(asked.map((each) => headersOf(each).authorization)).toEqual(["Basic x", undefined]);
  });

  it("gives an answer that is no JSON as text, and shortens a long address", async () => {
    const { server } = recorded("<html>", 502);
    const answer = await send(server, { method: "GET", path: `/${"x".repeat(100)}` });
    expect(answer).toEqual({ to: `GET /builder/templates/${"x".repeat(79)}…`, status: 502, body: "<html>" });
  });
});

describe("callerOf", () => {
  it("asks every route by its method and address", async () => {
    const { server, asked } = recorded("{}");
    const { list, create, update, deploy, history, compile, run, send: sendTo } = callerOf(server);
    await list();
    await create({});
    await update("t", {});
    await deploy("t", {});
    await history("t");
    await compile("t", {});
    await run("t", {});
    const called = asked.splice(0).map(({ url, init }) => [init.method, url]);
    for (const { method, path, body } of routes) await sendTo({ method, path: path("t"), body });
    expect(called).toEqual(asked.map(({ url, init }) => [init.method, url]));
    expect(new Set(called.map(String)).size).toBe(7);
  });
});
