import { describe, expect, it } from "vitest";
import { problemOf, startThings, thing } from "./things.ts";

describe("429 rate_limited", () => {
  it("the write over the limit of a minute is refused, with the time to wait", async () => {
    const { call } = await startThings({}, { writesPerMinuteMax: 2 });
    const create = () => call("POST", "/things", { token: "publisher", body: thing });
    expect([(await create()).statusCode, (await create()).statusCode]).toEqual([201, 201]);
    const refused = await create();
    expect(problemOf(refused, 429, "rate_limited").detail).toContain("2");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
  });

  it("counts each actor and each operation for itself", async () => {
    const { call } = await startThings({}, { writesPerMinuteMax: 1 });
    const body = thing;
    expect((await call("POST", "/things", { token: "publisher", body })).statusCode).toBe(201);
    expect((await call("PUT", "/things/a", { token: "publisher", body })).statusCode).toBe(200);
    expect((await call("POST", "/things", { token: "other", body })).statusCode).toBe(201);
    problemOf(await call("POST", "/things", { token: "publisher", body }), 429, "rate_limited");
  });

  it("counts anonymous callers by address, and believes X-Forwarded-For only of the configured proxies", async () => {
    const judged = async (trustedProxies: number) => {
      const { call } = await startThings({}, { writesPerMinuteMax: 1, trustedProxies });
      const from = (address: string) =>
        call("POST", "/judge", { body: thing, headers: { "x-forwarded-for": address } });
      await from("192.0.2.1");
      return (await from("192.0.2.2")).statusCode;
    };
    expect(await judged(0)).toBe(429);
    expect(await judged(1)).toBe(200);
  });

  it("counts invalid writes as well: guessing is not free", async () => {
    const { call } = await startThings({}, { writesPerMinuteMax: 1 });
    problemOf(await call("POST", "/things", { token: "publisher", body: {} }), 400, "request_invalid");
    problemOf(await call("POST", "/things", { token: "publisher", body: thing }), 429, "rate_limited");
  });

  it("never refuses reads, and nothing with the limit 0", async () => {
    const limited = await startThings({}, { writesPerMinuteMax: 1 });
    for (let i = 0; i < 3; i += 1) expect((await limited.call("GET", "/things")).statusCode).toBe(200);
    const free = await startThings({}, { writesPerMinuteMax: 0 });
    for (let i = 0; i < 3; i += 1) expect((await free.call("POST", "/judge", { body: thing })).statusCode).toBe(200);
  });
});

describe("503 unavailable", () => {
  it("a handler that takes too long is not waited for", async () => {
    const hanging = { getThing: () => new Promise<never>(() => undefined) };
    const { call } = await startThings(hanging, { handlerTimeoutMs: 20 });
    const late = await call("GET", "/things/a");
    problemOf(late, 503, "unavailable");
    expect(late.headers["retry-after"]).toBe("1");
    expect((await call("GET", "/things")).statusCode).toBe(200);
  });

  it("under overload new work is turned away at once, with the time to wait", async () => {
    let overloaded = true;
    const { call } = await startThings({}, { overloaded: () => overloaded });
    const refused = await call("GET", "/things");
    problemOf(refused, 503, "unavailable");
    expect(refused.headers["retry-after"]).toBe("1");
    overloaded = false;
    expect((await call("GET", "/things")).statusCode).toBe(200);
  });

  it("under overload the process still says that it lives", async () => {
    const { call } = await startThings({}, { overloaded: () => true });
    expect((await call("GET", "/health/live")).statusCode).toBe(200);
  });

  it("under overload callers without the right learn that first, and cost nothing", async () => {
    const { call } = await startThings({}, { overloaded: () => expect.fail("asked") });
    problemOf(await call("POST", "/things", { body: thing }), 401, "unauthenticated");
  });
});
