import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CheckFailed, openApiDocument } from "../src/index.ts";
import { contract, startThings } from "./things.ts";

const ids = Object.values(contract.operations).map(({ id }) => id as string);

describe("/health/live", () => {
  it("200 while the process answers, whatever else is down", async () => {
    const { call } = await startThings({}, { checks: { database: () => Promise.reject<void>(new Error("down")) } });
    expect((await call("GET", "/health/live")).json()).toEqual({ status: "ok" });
  });
});

describe("/health/ready", () => {
  const ready = async (checks: Record<string, () => Promise<void>>) => {
    const { call } = await startThings({}, { checks });
    const response = await call("GET", "/health/ready");
    expect(response.headers["cache-control"]).toBe("no-store");
    return { status: response.statusCode, body: response.json() };
  };
  const fine = async () => undefined;

  it("200 if everything that the service needs works", async () => {
    const checks = { database: { status: "ok" }, migrations: { status: "ok" } };
    expect(await ready({ database: fine, migrations: fine })).toMatchObject({
      status: 200,
      body: { status: "ok", checks },
    });
  });

  it("200 with what a check tells of itself", async () => {
    const { call } = await startThings({}, { checks: { other: async () => ({ circuit: "open" }) } });
    const response = await call("GET", "/health/ready");
    expect(response.json()).toMatchObject({ status: "ok", checks: { other: { status: "ok", circuit: "open" } } });
  });

  it("tells which service it is, and the digest of the document that it serves", async () => {
    const { call } = await startThings({});
    const { payload } = await call("GET", "/openapi.json");
    // Members by name, at every depth: the order in which they are served means nothing.
    const sorted = (_name: string, value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value;
    const digest = `sha256:${createHash("sha256")
      .update(JSON.stringify(JSON.parse(payload), sorted))
      .digest("hex")}`;
    const about = { service: contract.name, version: contract.version, contract: digest };
    expect((await call("GET", "/health/ready")).json()).toMatchObject(about);
  });

  it("503 with what a failed check tells of itself", async () => {
    const migrations = () => Promise.reject<void>(new CheckFailed("to apply: two", { pending: "2" }));
    const { body } = await ready({ migrations });
    expect(body.checks.migrations).toEqual({ status: "failed", reason: "to apply: two", pending: "2" });
  });

  it.each<[string, () => Promise<void>, unknown]>([
    ["fails", () => Promise.reject(new Error("3 migrations are missing")), "3 migrations are missing"],
    [
      "fails with a code",
      () => Promise.reject(Object.assign(new Error("at 10.0.0.7"), { code: "ECONNREFUSED" })),
      "ECONNREFUSED",
    ],
    [
      "throws",
      () => {
        throw new Error("broken");
      },
      "broken",
    ],
    ["rejects without a reason", () => Promise.reject(), "undefined"],
    ["does not answer in time", () => new Promise(() => undefined), "no answer within 1200 ms"],
  ])("503 if a check %s, and names it", async (_what, check, reason) => {
    const { status, body } = await ready({ database: check, migrations: fine });
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: "failed",
      checks: { database: { status: "failed", reason }, migrations: { status: "ok" } },
    });
  });
});

describe("/metrics", () => {
  it("counts requests and their duration by operation and status, refusals included", async () => {
    const { call } = await startThings();
    await call("GET", "/things");
    await call("GET", "/things");
    await call("GET", "/things?limit=0");
    await call("POST", "/judge", { body: "{" });
    const response = await call("GET", "/metrics");
    expect(response.headers["content-type"]).toContain("text/plain");
    const count = (operation: string, status: number) =>
      response.body
        .split("\n")
        .filter((line) => line.startsWith("nofx_http_request_duration_seconds_count"))
        .find((line) => line.includes(`operation="${operation}"`) && line.includes(`status="${status}"`))
        ?.replace(/.* /, "");
    expect([count("listThings", 200), count("listThings", 400), count("/judge", 400)]).toEqual(["2", "1", "1"]);
    expect(response.body).toMatch(/^nofx_http_request_duration_seconds_bucket\{.*le="0.005".*\}/m);
  });

  it("has the process's own figures and the gauges that the service adds, read at that moment", async () => {
    const { call, service } = await startThings();
    let waiting = 1;
    service.metrics.gauge("nofx_pool_waiting", "Requests that wait for a connection", () => waiting);
    waiting = 7;
    const { body } = await call("GET", "/metrics");
    expect(body).toContain('nofx_pool_waiting{service="things"} 7');
    expect(body).toContain("process_resident_memory_bytes");
  });

  it("of two services in one process are kept apart", async () => {
    const [one, other] = [await startThings(), await startThings()];
    await one.call("GET", "/things");
    expect((await other.call("GET", "/metrics")).body).not.toContain('operation="listThings"');
  });
});

describe("/openapi.json", () => {
  interface Described {
    operationId: string;
    description: string;
    security: unknown[];
    parameters?: { name: string; in: string }[];
    responses: Record<
      string,
      { description: string; content?: Record<string, unknown>; headers?: Record<string, unknown> }
    >;
  }
  const described = async (): Promise<Map<string, Described>> => {
    const { call } = await startThings();
    const response = await call("GET", "/openapi.json");
    expect(response.headers["content-type"]).toContain("application/json");
    const document = response.json();
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(contract))));
    const all = Object.values(document.paths as Record<string, Record<string, Described>>).flatMap(Object.values);
    return new Map(all.map((operation: Described) => [operation.operationId, operation]));
  };

  it("describes every operation of the contract, and no other", async () => {
    expect([...(await described()).keys()].sort()).toEqual([...ids].sort());
  });

  it("names every status that an operation may answer, with the codes behind each", async () => {
    const { getThing, createThing, getFile } = Object.fromEntries(await described());
    expect(Object.keys(getThing?.responses ?? {})).toEqual(["200", "304", "400", "401", "403", "404", "500", "503"]);
    expect(getThing?.responses[404]?.description).toContain("`thing_not_found`: There is no thing with that id.");
    expect(createThing?.responses[409]?.description).toContain("idempotency_in_flight");
    expect(Object.keys(getThing?.responses[404]?.content ?? {})).toEqual(["application/problem+json"]);
    expect(Object.keys(getFile?.responses[200]?.content ?? {})).toEqual(["*/*"]);
  });

  it("tells who may call", async () => {
    const { getThing, createThing, deleteThing, getFile } = Object.fromEntries(await described());
    expect(getThing?.security).toEqual([{}, { token: ["agents:read"] }]);
    expect(createThing?.security).toEqual([{ token: ["agents:publish"] }]);
    expect(deleteThing?.description).toContain("operator or service");
    expect(getFile?.security).toEqual([]);
  });

  it("names the headers that an operation reads", async () => {
    const { createThing, changeThing, getThing } = Object.fromEntries(await described());
    const headers = (operation?: Described) =>
      operation?.parameters?.filter((p) => p.in === "header").map((p) => p.name);
    expect(headers(createThing)).toEqual(["Idempotency-Key"]);
    expect(headers(changeThing)).toEqual(["If-Match"]);
    expect(headers(getThing)).toEqual(["If-None-Match"]);
  });

  it("names the headers that an answer bears", async () => {
    const { getThing, createThing } = Object.fromEntries(await described());
    const headers = (operation: Described | undefined, status: number) =>
      Object.keys(operation?.responses[status]?.headers ?? {});
    expect(headers(getThing, 200)).toEqual(["X-Correlation-Id", "ETag"]);
    expect(headers(getThing, 304)).toEqual(["X-Correlation-Id", "ETag"]);
    expect(headers(getThing, 401)).toEqual(["X-Correlation-Id", "WWW-Authenticate"]);
    expect(headers(getThing, 404)).toEqual(["X-Correlation-Id"]);
    expect(headers(createThing, 201)).toEqual(["X-Correlation-Id", "NOFX-Change", "Idempotency-Replayed"]);
    for (const status of [409, 429, 503]) expect(headers(createThing, status)).toContain("Retry-After");
  });

  it("shows a problem of each code that an operation may answer", async () => {
    const { getThing } = Object.fromEntries(await described());
    const shown = getThing?.responses[404]?.content?.["application/problem+json"];
    expect(shown).toMatchObject({ examples: { thing_not_found: { $ref: "#/components/examples/thing_not_found" } } });
  });

  it("describes parameters also where they are optional or have a default, and tags", async () => {
    const document = openApiDocument(contract) as { tags: unknown };
    expect(document.tags).toEqual([{ name: "Things", description: "What the tests are about." }]);
    const { listThings } = Object.fromEntries(await described());
    const limit = listThings?.parameters?.find(({ name }) => name === "limit");
    expect(limit).toMatchObject({ description: "Items per page" });
  });
});

it("/docs shows the reference as HTML", async () => {
  const { call } = await startThings();
  const response = await call("GET", "/docs/");
  expect(response.statusCode).toBe(200);
  expect(response.headers["content-type"]).toContain("text/html");
  expect(response.body).toContain("/openapi.json");
});

it("every operation that has a handler is known as mounted", async () => {
  const { service } = await startThings();
  expect([...service.mounted].sort()).toEqual([...ids].sort());
});
