import { RawBody } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createClient } from "../src/index.ts";
import { contract, thing, useServer } from "./things.ts";

const wire = useServer();

describe("the address", () => {
  it("takes path and query parameters from one object, and leaves out what is not given", async () => {
    await wire.things.listThings({ limit: 5, tag: undefined });
    await wire.things.listThings({ tag: ["a", "b&c"] });
    await wire.things.listThings();
    await wire.things.getThing({ id: "a", tenant: "acme" });
    expect(wire.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /things?limit=5",
      "GET /things?tag=a&tag=b%26c",
      "GET /things",
      "GET /things/a?tenant=acme",
    ]);
  });

  it("carries any text through path and query, and slashes only where the contract allows them", async () => {
    const segment = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/^\.{1,2}$/.test(text));
    await fc.assert(
      fc.asyncProperty(segment, fc.string({ unit: "grapheme" }), async (id, tenant) => {
        wire.seen = [];
        await wire.things.getThing({ id, tenant });
        const [path = "", query] = (wire.seen[0]?.url ?? "").split("?");
        expect(path.split("/").slice(2).map(decodeURIComponent)).toEqual([id]);
        expect(new URLSearchParams(query).get("tenant")).toBe(tenant);
      }),
      { numRuns: 50 },
    );
    await wire.things.getFile({ path: "prompts/a b?.md" });
    expect(wire.seen.at(-1)?.url).toBe("/files/prompts/a%20b%3F.md");
  });

  it.each(["", ".", ".."])("refuses the path parameter %j, which would lead to another operation", async (id) => {
    await expect(wire.things.getThing({ id })).rejects.toThrow(TypeError);
    await expect(wire.things.getFile({ path: `a/${id}/b` })).rejects.toThrow(TypeError);
    expect(wire.seen).toEqual([]);
  });

  it("refuses a missing path parameter", async () => {
    // @ts-expect-error a missing parameter is an error of types, too
    await expect(wire.things.getThing({})).rejects.toThrow("cannot be the id of an address");
  });

  it.each(["/registry", "/registry/"])("keeps the path of a base URL that ends in %s", async (path) => {
    await createClient(contract, { baseUrl: wire.baseUrl + path }).getThing({ id: "a" });
    expect(wire.seen[0]?.url).toBe("/registry/things/a");
  });
});

describe("a request", () => {
  it("carries the token, the body as JSON and the settings of the call as headers", async () => {
    const client = createClient(contract, { baseUrl: wire.baseUrl, token: "secret" });
    await client.putThing(
      { id: "a", body: thing },
      { idempotencyKey: "k", ifMatch: '"1"', ifNoneMatch: '"2"', headers: { "x-correlation-id": "c" } },
    );
    expect(wire.seen[0]?.method).toBe("PUT");
    expect(JSON.parse(wire.seen[0]?.body ?? "")).toEqual(thing);
    expect(wire.seen[0]?.headers).toMatchObject({
      authorization: "Bearer secret",
      "content-type": "application/json",
      "idempotency-key": "k",
      "if-match": '"1"',
      "if-none-match": '"2"',
      "x-correlation-id": "c",
    });
  });

  it("carries bytes as they are, where the contract takes them", async () => {
    const body = new RawBody("application/gzip", new Uint8Array([80, 75]));
    await wire.things.putThing({ id: "a", body });
    expect([wire.seen[0]?.headers["content-type"], wire.seen[0]?.body]).toEqual(["application/gzip", "PK"]);
  });

  it("without token, body and settings carries none of these headers", async () => {
    await wire.things.emptyThings();
    for (const name of ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"]) {
      expect(wire.seen[0]?.headers).not.toHaveProperty(name);
    }
  });

  it("goes through the fetch that the client was given", async () => {
    const asked: string[] = [];
    const fetchHere: typeof fetch = async (input) => {
      asked.push(String(input));
      return Response.json(thing);
    };
    const client = createClient(contract, { baseUrl: "http://things.test", fetch: fetchHere });
    expect(await client.getThing({ id: "a" })).toMatchObject({ ok: true, body: thing });
    expect(asked).toEqual(["http://things.test/things/a"]);
  });
});
