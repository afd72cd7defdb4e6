import { describe, expect, it } from "vitest";
import { answer } from "../src/index.ts";
import { problemOf, startThings, thing } from "./things.ts";

describe("200", () => {
  it("is the JSON that the contract declares, and nothing beyond it", async () => {
    const { call } = await startThings({
      getThing: async () => answer(200, { body: { ...thing, passwordHash: "secret" } }),
    });
    const response = await call("GET", "/things/a");
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.json()).toEqual(thing);
  });

  it("may be finished text, which is sent byte for byte", async () => {
    const text = '{ "size":1,"id":"a" }';
    const { call } = await startThings({ getThing: async () => answer(200, { text }) });
    expect((await call("GET", "/things/a")).body).toBe(text);
  });

  it("may be bytes with a media type of their own, at an address with slashes", async () => {
    const seen: string[] = [];
    const { call } = await startThings({
      getFile: async (_ctx, { params: { path } }) => {
        seen.push(path);
        return answer(200, { bytes: Buffer.from([0, 255]), mediaType: "image/png" });
      },
    });
    const response = await call("GET", "/files/images/a%20b.png");
    expect(seen).toEqual(["images/a b.png"]);
    expect(response.headers["content-type"]).toBe("image/png");
    expect([...response.rawPayload]).toEqual([0, 255]);
  });

  it("carries the headers of the answer", async () => {
    const { call } = await startThings({
      createThing: async (_ctx, { body }) => answer(201, { body, headers: { location: "/things/a" } }),
    });
    const response = await call("POST", "/things", { token: "publisher", body: thing });
    expect([response.statusCode, response.headers.location]).toEqual([201, "/things/a"]);
  });

  it("of a read may be kept by the caller, not shared, and is checked each time", async () => {
    const { call } = await startThings();
    const { headers } = await call("GET", "/things/a");
    expect(headers).toMatchObject({ "cache-control": "private, no-cache", vary: "authorization" });
  });

  it("of a write has no ETag of bytes that can never be asked for again", async () => {
    const { call } = await startThings();
    const { headers } = await call("PUT", "/things/a", { token: "publisher", body: thing });
    expect(headers.etag).toBeUndefined();
  });

  it("answers HEAD like GET, without the body", async () => {
    const { call } = await startThings();
    const [get, head] = [await call("GET", "/things/a"), await call("HEAD", "/things/a")];
    expect([head.statusCode, head.headers.etag, head.body]).toEqual([200, get.headers.etag, ""]);
  });

  it("takes query parameters with their types and defaults", async () => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      listThings: async (_ctx, { query }) => {
        seen.push(query);
        return answer(200, { body: { things: [] } });
      },
    });
    await call("GET", "/things?limit=7&color=red&unknown=1");
    await call("GET", "/things/");
    expect(seen).toEqual([{ limit: 7, color: "red" }, { limit: 25 }]);
  });

  it("leaves a body that the use case checks as it came", async () => {
    const { call } = await startThings();
    expect((await call("POST", "/judge", { body: { wrong: true } })).json()).toEqual({ seen: { wrong: true } });
  });
});

it("204 has no body", async () => {
  const { call } = await startThings();
  const response = await call("DELETE", "/things/a", { token: "operator" });
  expect([response.statusCode, response.body]).toEqual([204, ""]);
});

describe("the ETag", () => {
  const etagOf = async (given: object) => {
    const { call } = await startThings({ getThing: async () => answer(200, { body: thing, ...given }) });
    return String((await call("GET", "/things/a")).headers.etag);
  };

  it("is strong, the same for the same bytes and another for others", async () => {
    const first = await etagOf({});
    expect(first).toMatch(/^"[\w-]{22}"$/);
    expect(await etagOf({})).toBe(first);
    expect(await etagOf({ body: { ...thing, size: 2 } })).not.toBe(first);
  });

  it("may be the handler's own", async () => {
    expect(await etagOf({ etag: "sha256:abc" })).toBe('"sha256:abc"');
  });

  it("may start with the revision of the state", async () => {
    expect(await etagOf({ revision: "7" })).toMatch(/^"7\.[\w-]{22}"$/);
  });
});

describe("304", () => {
  it.each([
    ["the ETag", (etag: string) => etag],
    ["the ETag marked as weak by a proxy", (etag: string) => `W/${etag}`],
    ["several ETags", (etag: string) => `"x", ${etag} ,"y"`],
    ["anything", () => "*"],
  ])("for If-None-Match with %s: no body, the same ETag", async (_what, header) => {
    const { call } = await startThings();
    const { etag } = (await call("GET", "/things/a")).headers;
    const again = await call("GET", "/things/a", { headers: { "if-none-match": header(String(etag)) } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, "", etag]);
    expect(again.headers["x-correlation-id"]).toBeDefined();
  });

  it("not for another ETag", async () => {
    const { call } = await startThings();
    expect((await call("GET", "/things/a", { headers: { "if-none-match": '"x"' } })).statusCode).toBe(200);
  });

  it("not for a write", async () => {
    const { call } = await startThings();
    const response = await call("PUT", "/things/a", {
      token: "publisher",
      body: thing,
      headers: { "if-none-match": "*" },
    });
    expect(response.statusCode).toBe(200);
  });

  it("not for a refusal", async () => {
    const { call } = await startThings();
    const headers = { "if-none-match": "*" };
    problemOf(await call("GET", "/things/a", { token: "stale", headers }), 401, "unauthenticated");
  });
});

describe("If-Match", () => {
  it.each([
    [undefined, undefined],
    ["*", undefined],
    ['"1.abc"', ["1.abc"]],
    ['"1" , "2"', ["1", "2"]],
    ['W/"1"', []],
  ])("%s reaches the handler as %j", async (header, expected) => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      changeThing: async (ctx, { body }) => {
        seen.push(ctx.ifMatch);
        return answer(200, { body });
      },
    });
    await call("PUT", "/things/a", { token: "publisher", body: thing, headers: header ? { "if-match": header } : {} });
    expect(seen).toEqual([expected]);
  });

  it("does not reach operations that do not declare it", async () => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      createThing: async (ctx, { body }) => {
        seen.push(ctx.ifMatch);
        return answer(201, { body });
      },
    });
    await call("POST", "/things", { token: "publisher", body: thing, headers: { "if-match": '"1"' } });
    expect(seen).toEqual([undefined]);
  });
});
