import { describe, expect, it } from "vitest";
import { type Actor, admit, firstOf } from "../src/index.ts";
import { actors, problemOf, startThings, thing } from "./things.ts";

const challenge = 'Bearer realm="nofx"';

describe("401 unauthenticated", () => {
  it.each([
    ["POST", "/things"],
    ["DELETE", "/things/a"],
  ] as const)("%s %s without a token: it needs an identity", async (method, url) => {
    const { call } = await startThings();
    const response = await call(method, url, method === "POST" ? { body: thing } : {});
    problemOf(response, 401, "unauthenticated");
    expect(response.headers["www-authenticate"]).toBe(challenge);
  });

  it.each(["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "publisher", "Bearerpublisher", ""])(
    "the header %j is refused, even where nobody needs a token",
    async (authorization) => {
      const { call } = await startThings();
      const response = await call("GET", "/things/a", { headers: { authorization } });
      problemOf(response, 401, "unauthenticated");
      expect(response.headers["www-authenticate"]).toBe(challenge);
    },
  );

  it("a token that is not good is refused, even where nobody needs one", async () => {
    const { call } = await startThings();
    const response = await call("GET", "/things/a", { token: "stale" });
    problemOf(response, 401, "unauthenticated");
    expect(response.headers["www-authenticate"]).toBe(`${challenge}, error="invalid_token"`);
  });

  it("comes before anything about the request is told", async () => {
    const { call } = await startThings();
    problemOf(await call("POST", "/things?dryRun=1", { token: "stale", body: {} }), 401, "unauthenticated");
  });
});

describe("403 forbidden", () => {
  it.each([
    ["useless", "GET", "/things/a", "agents:read"],
    ["viewer", "PUT", "/things/a", "agents:publish"],
    ["publisher", "DELETE", "/things/a", "operator, service"],
  ] as const)("%s may not %s %s, and is told what is missing", async (token, method, url, missing) => {
    const { call } = await startThings();
    const response = await call(method, url, { token, ...(method === "PUT" && { body: thing }) });
    expect(problemOf(response, 403, "forbidden").detail).toContain(missing);
  });
});

describe("2xx", () => {
  it("anonymous callers read what is open to them, as nobody in no tenant", async () => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      listThings: async ({ role, tenantId, subject }) => {
        seen.push([role, tenantId, subject]);
        return { status: 200, body: { things: [] } };
      },
    });
    expect((await call("GET", "/things")).statusCode).toBe(200);
    expect(seen).toEqual([["anonymous", "", "anonymous"]]);
  });

  it.each(["operator", "service"])("a %s may do what is for its kind", async (token) => {
    const { call } = await startThings();
    expect((await call("DELETE", "/things/a", { token })).statusCode).toBe(204);
  });

  it("the operator, who has no scopes, may do what is also for the operator, and nobody else without the scope", () => {
    const access = { scope: "agents:read", operator: true } as const;
    const without = (kind: Actor["kind"]): Actor => ({ kind, tenantId: "", subject: kind, scopes: new Set() });
    admit(access, without("operator"));
    for (const kind of ["member", "service"] as const)
      expect(() => admit(access, without(kind))).toThrow(/agents:read/);
    expect(() => admit({ scope: "agents:read" }, without("operator"))).toThrow(/agents:read/);
  });

  it.each(["Bearer", "bearer", "BEARER  "])("the scheme may be written %s", async (scheme) => {
    const { call } = await startThings();
    const response = await call("PUT", "/things/a", { body: thing, headers: { authorization: `${scheme} publisher` } });
    expect(response.statusCode).toBe(200);
  });

  it("the handler is told who calls", async () => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      createThing: async (ctx, { body }) => {
        seen.push([ctx.role, ctx.tenantId, ctx.subject, ctx.actor]);
        return { status: 201, body };
      },
    });
    await call("POST", "/things", { token: "publisher", body: thing });
    expect(seen).toEqual([["member", "acme", "alice", actors.get("publisher")]]);
  });

  it("who calls may become known later: a slow look-up changes nothing", async () => {
    const { call } = await startThings({}, { authenticate: async (token) => actors.get(token) });
    expect((await call("POST", "/things", { token: "publisher", body: thing })).statusCode).toBe(201);
    problemOf(await call("POST", "/things", { token: "viewer", body: thing }), 403, "forbidden");
    problemOf(await call("POST", "/things", { token: "stale", body: thing }), 401, "unauthenticated");
  });

  it("an operation for anyone looks at no token at all", async () => {
    const { call } = await startThings({}, { authenticate: () => expect.fail("asked") });
    const headers = { authorization: "Basic YTpi" };
    expect((await call("GET", "/files/a", { headers })).statusCode).toBe(200);
  });
});

describe("several authenticators", () => {
  it("are asked one after the other, and no further than the first that knows the token", async () => {
    const asked: string[] = [];
    const authenticate = firstOf(
      () => void asked.push("first"),
      async (token) => {
        asked.push("second");
        return actors.get(token);
      },
      () => expect.fail("asked"),
    );
    expect(await authenticate("viewer")).toBe(actors.get("viewer"));
    expect(asked).toEqual(["first", "second"]);
  });

  it("know nobody if none does", async () => {
    expect(await firstOf(() => undefined)("viewer")).toBeUndefined();
  });
});
