import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { answer } from "../src/index.ts";
import { problemOf, startThings, thing } from "./things.ts";

const gzip = { "content-type": "application/gzip" };
const token = "publisher";

describe("a body that is not JSON", () => {
  it("reaches the handler as it was sent, where the operation takes it; JSON does as ever", async () => {
    const { call } = await startThings();
    const sent = await call("POST", "/files", { token, headers: gzip, body: Buffer.from([31, 139, 0]) });
    expect(sent.json()).toEqual({ kept: "application/gzip 3" });
    expect((await call("POST", "/files", { token, body: thing })).json()).toEqual({ kept: "a" });
    problemOf(await call("POST", "/files", { token, body: {} }), 400, "request_invalid");
  });

  it("415: other operations refuse it, and this one refuses other forms", async () => {
    const { call } = await startThings();
    const body = Buffer.from("x");
    problemOf(await call("POST", "/things", { token, headers: gzip, body }), 415, "media_type_unsupported");
    const headers = { "content-type": "application/zip" };
    problemOf(await call("POST", "/files", { token, headers, body }), 415, "media_type_unsupported");
  });

  it("is part of what an Idempotency-Key stands for", async () => {
    const seen: (string | undefined)[] = [];
    const { call } = await startThings({
      keepFile: async ({ once }) => {
        seen.push(once?.fingerprint);
        return answer(200, { body: { kept: "" } });
      },
    });
    const headers = { ...gzip, "idempotency-key": "k" };
    for (const text of ["one", "one", "two"]) {
      await call("POST", "/files", { token, headers, body: Buffer.from(text) });
    }
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).not.toBe(seen[2]);
  });
});

describe("a limit of an operation's own", () => {
  const large = Buffer.alloc(1_900_000);

  it("is what its bodies may have; all others may have what they had", async () => {
    const { call } = await startThings();
    expect((await call("POST", "/files", { token, headers: gzip, body: large })).statusCode).toBe(200);
    const most = await call("POST", "/files", { token, headers: gzip, body: Buffer.alloc(2_100_000) });
    expect(problemOf(most, 413, "payload_too_large").detail).toContain("2 MiB");
    const usual = await call("POST", "/things", { token, body: JSON.stringify("x".repeat(1_900_000)) });
    expect(problemOf(usual, 413, "payload_too_large").detail).toContain("1.5 MiB");
  });

  it("401 and 403: who may not call is refused before the body is read", async () => {
    const { app, call } = await startThings();
    problemOf(await call("POST", "/files", { headers: gzip, body: large }), 401, "unauthenticated");
    let pieces = 0;
    const endless = new Readable({
      read() {
        pieces += 1;
        this.push(pieces > 1000 ? null : Buffer.alloc(1024));
      },
    });
    const headers = { ...gzip, authorization: "Bearer viewer" };
    const refused = await app.inject({ method: "POST", url: "/files", headers, payload: endless });
    problemOf(refused, 403, "forbidden");
    expect(pieces).toBeLessThan(1000);
  });
});

describe("a stream of bytes", () => {
  it("arrives as it is, with the ETag that the handler gives it", async () => {
    const stream = async function* () {
      yield Buffer.from([0, 255]);
      yield Buffer.from([128]);
    };
    const { app } = await startThings({
      getFile: async () => answer(200, { stream: stream(), mediaType: "application/gzip", headers: { etag: '"e"' } }),
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const response = await fetch(`${url}/files/x`);
    expect(response.headers.get("etag")).toBe('"e"');
    expect([...(await buffer(Readable.fromWeb(response.body as never)))]).toEqual([0, 255, 128]);
    const known = await fetch(`${url}/files/x`, { headers: { "if-none-match": '"e"' } });
    expect(known.status).toBe(304);
  });
});
