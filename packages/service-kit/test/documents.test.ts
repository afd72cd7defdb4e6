import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mountDocuments } from "../src/index.ts";
import { problemOf, startThings } from "./things.ts";

const text = '{"type":"object"}\n';
const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
const thing = {
  paths: ["/schemas/thing.json", "/schemas"],
  mediaType: "application/schema+json",
  text,
  digest,
} as const;

const serving = async () => {
  const { service, call } = await startThings();
  mountDocuments(service, [thing]);
  return { call };
};

describe("a public document", () => {
  it("200 at each of its addresses, without a token and for pages of other origins", async () => {
    const { call } = await serving();
    for (const path of thing.paths) {
      const { statusCode, headers, payload } = await call("GET", path, {
        headers: { origin: "https://editor.example" },
      });
      expect({ statusCode, payload }).toEqual({ statusCode: 200, payload: text });
      expect(headers).toMatchObject({
        "content-type": "application/schema+json; charset=utf-8",
        etag: `"${digest}"`,
        "access-control-allow-origin": "*",
        "x-correlation-id": expect.any(String),
      });
      expect(headers["cache-control"]).toMatch(/^public, max-age=3600, stale-while-revalidate=/);
    }
  });

  it("304 to who has it already", async () => {
    const { call } = await serving();
    const headers = { "if-none-match": `"${digest}"` };
    expect(await call("GET", "/schemas/thing.json", { headers })).toMatchObject({ statusCode: 304, payload: "" });
    const stale = await call("GET", "/schemas/thing.json", { headers: { "if-none-match": '"another"' } });
    expect(stale.statusCode).toBe(200);
  });

  it("is kept forever under the digest of its bytes", async () => {
    const { call } = await serving();
    const { headers, payload } = await call("GET", `/schemas/thing.json?digest=${digest}`);
    expect(payload).toBe(text);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  it.each(["/schemas/nothing.json", "/schemas/thing.json?digest=sha256:00"])(
    "404 where it is not: %s",
    async (path) => {
      const { call } = await serving();
      problemOf(await call("GET", path), 404, "route_not_found");
    },
  );
});
