import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { bodyBytesMax } from "../src/body-limit.ts";
import { problemsOf } from "../src/index.ts";
import { contract, problemOf, startThings, thing, thingErrors } from "./things.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("400 body_malformed", () => {
  it.each([
    ["no JSON", "{"],
    ["an empty text", " "],
    ["70 levels", nested(70)],
    ["65 levels of objects", `${'{"a":'.repeat(65)}1${"}".repeat(65)}`],
    ["ten thousand levels", nested(10_000)],
    ["NUL in a value", '{"id":"a\\u0000","size":1}'],
    ["NUL in a name", '{"a\\u0000":1}'],
    ["half of a surrogate pair in a value", '{"id":["\\ud800"]}'],
    ["half of a surrogate pair in a name", '{"\\udfff":1}'],
    ["a name that would change the prototype", '{"__proto__":{"admin":true}}'],
    ["a constructor with a prototype", '{"constructor":{"prototype":{"admin":true}}}'],
  ])("a body with %s is refused before any handler", async (_what, body) => {
    const { call } = await startThings({ judgeThing: async () => expect.fail("called") });
    const problem = problemOf(await call("POST", "/judge", { body }), 400, "body_malformed");
    expect(problem.instance).toBe("/judge");
    expect(problem.detail).toMatch(/\.$|JSON/);
  });

  it.each([
    ["64 levels", nested(64)],
    ["a whole surrogate pair", '"\\ud83d\\ude00"'],
    ["control characters other than NUL", '"\\u0001"'],
    ["null", "null"],
  ])("a body with %s is accepted", async (_what, body) => {
    const { call } = await startThings();
    const response = await call("POST", "/judge", { body });
    expect(response.statusCode).toBe(200);
    expect(response.json().seen).toEqual(JSON.parse(body));
  });
});

describe("400 request_invalid", () => {
  it("lists everything that is wrong with path, query and body at once, each with its place", async () => {
    const { call } = await startThings();
    const response = await call("POST", "/things?dryRun=perhaps", { token: "publisher", body: { size: -1 } });
    const { errors } = problemOf(response, 400, "request_invalid");
    expect(errors?.map(({ path, code }) => [path, code])).toEqual([
      ["$.query.dryRun", "invalid_value"],
      ["$.id", "invalid_type"],
      ["$.size", "too_small"],
    ]);
  });

  it("lists all query parameters of a wrong type at once, repeated ones included", async () => {
    const { call } = await startThings();
    const response = await call("GET", "/things?limit=many&color=green&cursor=a&cursor=b");
    const { errors } = problemOf(response, 400, "request_invalid");
    expect(errors?.map(({ path }) => path).sort()).toEqual(["$.query.color", "$.query.cursor", "$.query.limit"]);
  });

  it("names the path parameter", async () => {
    const { call } = await startThings();
    const { errors } = problemOf(await call("GET", `/things/${"x".repeat(21)}`), 400, "request_invalid");
    expect(errors?.map(({ path }) => path)).toEqual(["$.path.id"]);
  });

  it("is the answer to a missing body", async () => {
    const { call } = await startThings();
    problemOf(await call("POST", "/things", { token: "publisher" }), 400, "request_invalid");
  });

  it.each(["/things/%zz", "/things/%ff", "/things/%ED%A0%80"])(
    "is the answer to %s, which is no URL path",
    async (url) => {
      const { call } = await startThings();
      problemOf(await call("GET", url), 400, "request_invalid");
    },
  );

  it.each(["/things/a%00", "/things?color=%00", "/files/a/%00/b"])(
    "is the answer to %s: NUL cannot be stored",
    async (url) => {
      const { call } = await startThings();
      problemOf(await call("GET", url), 400, "request_invalid");
    },
  );

  it("is not the answer to NUL where the operation takes it", async () => {
    const { call } = await startThings({}, { cached: { takesNul: true } });
    expect((await call("GET", "/things/a%00")).statusCode).toBe(200);
    problemOf(await call("GET", "/things?color=%00"), 400, "request_invalid");
  });
});

describe("404", () => {
  it.each(["/nowhere", "/things/a/b", "/"])("route_not_found: %s has no operation", async (url) => {
    const { call } = await startThings();
    expect(problemOf(await call("GET", `${url}?secret=1`), 404, "route_not_found").instance).toBe(url);
  });

  it("route_not_found: the address exists with another method only", async () => {
    const { call } = await startThings();
    problemOf(await call("DELETE", "/things"), 404, "route_not_found");
  });

  it("of the contract's own catalogue carries detail, headers and further members", async () => {
    const problem = problemsOf(thingErrors);
    const { call } = await startThings({
      getThing: async () => {
        throw problem("thing_not_found", { detail: "No a.", members: { nearest: "b" }, headers: { "x-hint": "b" } });
      },
    });
    const response = await call("GET", "/things/a");
    expect(problemOf(response, 404, "thing_not_found")).toMatchObject({
      title: thingErrors.thing_not_found.title,
      detail: "No a.",
      nearest: "b",
      instance: "/things/a",
    });
    expect(response.headers["x-hint"]).toBe("b");
  });

  it("tells the catalogue's description where nothing more is known", async () => {
    const { call } = await startThings({
      getThing: async () => {
        throw problemsOf(thingErrors)("thing_not_found");
      },
    });
    const { detail } = problemOf(await call("GET", "/things/a"), 404, "thing_not_found");
    expect(detail).toBe(thingErrors.thing_not_found.description);
  });
});

describe("413 and 415", () => {
  const padded = (bytes: number) => `${JSON.stringify({ id: "" }).slice(0, -2)}${"x".repeat(bytes - 9)}"}`;

  it("payload_too_large: a body one byte over the limit", async () => {
    const { call } = await startThings();
    expect((await call("POST", "/judge", { body: padded(bodyBytesMax) })).statusCode).toBe(200);
    problemOf(await call("POST", "/judge", { body: padded(bodyBytesMax + 1) }), 413, "payload_too_large");
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "nonsense"])(
    "media_type_unsupported: %s",
    async (type) => {
      const { call } = await startThings();
      const response = await call("POST", "/judge", { body: thing, headers: { "content-type": type } });
      problemOf(response, 415, "media_type_unsupported");
    },
  );

  it("application/json may come with a charset", async () => {
    const { call } = await startThings();
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect((await call("POST", "/judge", { body: thing, headers })).statusCode).toBe(200);
  });
});

describe("what is not HTTP", () => {
  const exchange = async (request: string): Promise<string> => {
    const { app } = await startThings();
    await app.listen({ host: "127.0.0.1", port: 0 });
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(request);
    return await text(socket);
  };

  it("400: garbage ends the connection with a plain answer", async () => {
    expect(await exchange("\x16\x03\x01 not http\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nconnection: close/);
  });

  it("431: headers that are too large", async () => {
    const answered = await exchange(`GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(answered).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large/);
  });
});

it("a contract with an error code of no catalogue does not start", async () => {
  const { getThing } = contract.operations;
  const broken = { ...contract, operations: { getThing: { ...getThing, errors: ["thing_lost"] } } };
  await expect(startThings({}, { contract: broken })).rejects.toThrow('"thing_lost" is in no catalogue');
});
