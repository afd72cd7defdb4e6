import { type Problem, problemMediaType } from "@nofx/contract-kit";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import { createClient, ProblemError, unwrap } from "../src/index.ts";
import { contract, json, type Respond, type Thing, thing, useServer } from "./things.ts";

const wire = useServer();

describe("a success", () => {
  it("comes with status, parsed body and headers", async () => {
    wire.respond = json(201, thing, { etag: '"e"' });
    const result = await wire.things.putThing({ id: "a", body: thing });
    expect(result).toMatchObject({ ok: true, status: 201, body: thing });
    expect(result.headers.get("etag")).toBe('"e"');
    if (result.ok) expectTypeOf(result.body).toEqualTypeOf<z.output<typeof Thing>>();
  });

  it("of raw content comes as its bytes", async () => {
    const bytes = new Uint8Array([0, 255, 128]);
    wire.respond = (_request, response) => response.writeHead(200, { "content-type": "image/png" }).end(bytes);
    expect(await unwrap(wire.things.getFile({ path: "a.png" }))).toEqual(bytes);
  });

  it.each([
    [204, () => wire.things.deleteThing({ id: "a" })],
    [200, () => wire.things.emptyThings()],
    [304, () => wire.things.getThing({ id: "a" }, { ifNoneMatch: '"e"' })],
  ])("%i without a body has none", async (status, call) => {
    wire.respond = (_request, response) => response.writeHead(status).end();
    expect(await call()).toMatchObject({ ok: true, status, body: undefined });
  });
});

describe("a refusal", () => {
  const problem: Problem = {
    type: "urn:nofx:error:forbidden",
    title: "Not allowed",
    status: 403,
    detail: "Ask somebody.",
    code: "forbidden",
    correlationId: "c",
    errors: [{ path: "$.a", message: "is wrong", code: "custom" }],
  };

  it("is a value: status, problem and headers", async () => {
    wire.respond = json(403, problem, { "content-type": `${problemMediaType}; charset=utf-8`, "retry-after": "1" });
    const result = await wire.things.getThing({ id: "a" });
    expect(result).toMatchObject({ ok: false, status: 403, problem });
    expect(result.headers.get("retry-after")).toBe("1");
  });

  it("is thrown by unwrap, and its message names every error", async () => {
    wire.respond = json(403, problem, { "content-type": problemMediaType });
    const thrown = await unwrap(wire.things.getThing({ id: "a" })).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(thrown).toMatchObject({
      name: "ProblemError",
      problem,
      message: "Not allowed: Ask somebody.\n  $.a: is wrong",
    });
    expect(new ProblemError({ ...problem, detail: undefined, errors: undefined }).message).toBe("Not allowed");
  });

  it.each([
    ["a proxy's error page", 502, "text/html"],
    ["a page in place of JSON", 200, "text/html"],
    ["an answer without a media type", 200, ""],
    ["broken JSON", 200, "application/json"],
    ["a broken problem", 500, problemMediaType],
    ["a status that the contract does not know", 202, "application/json"],
  ])("is also told for %s", async (_what, status, type) => {
    wire.respond = (_request, response) => {
      response.writeHead(status, { ...(type && { "content-type": type }), "x-correlation-id": "c" });
      response.end(`<html>${"x".repeat(1000)}`);
    };
    const result = await wire.things.getThing({ id: "a" }, { retries: 0 });
    expect(result).toMatchObject({
      ok: false,
      status,
      problem: { code: "unexpected_answer", status, correlationId: "c" },
    });
    if (!result.ok) expect(result.problem.detail).toHaveLength(500);
  });
});

describe("no answer", () => {
  const never: Respond = () => undefined;

  it("within the time of the client is an exception", async () => {
    wire.respond = never;
    await expect(
      createClient(contract, { baseUrl: wire.baseUrl, timeoutMs: 20, retries: 0 }).getThing({ id: "a" }),
    ).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
  });

  it("because the caller gave up is an exception, with the caller's reason", async () => {
    const controller = new AbortController();
    wire.respond = () => controller.abort(new Error("enough"));
    await expect(wire.things.getThing({ id: "a" }, { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("because nobody listens is an exception", async () => {
    await expect(createClient(contract, { baseUrl: "http://127.0.0.1:1", retries: 0 }).listThings()).rejects.toThrow(
      TypeError,
    );
  });
});
