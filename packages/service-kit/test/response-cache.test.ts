import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, type ResponseCache, responseCache } from "../src/index.ts";
import { problemOf, startThings } from "./things.ts";

const newCache = () => responseCache({ bytesMax: 100_000, ttlMs: 60_000 });
const publicChange = { tenantId: "acme", visibility: "public" } as const;
const privateChange = { tenantId: "acme", visibility: "private" } as const;

/** A service that counts how often its handler reads. */
const counting = async (cache: ResponseCache, onRead: () => void | Promise<void> = () => undefined) => {
  let reads = 0;
  const { call, lines } = await startThings(
    {
      getThing: async (ctx) => {
        reads += 1;
        await onRead();
        return answer(200, { body: { id: `${ctx.role} of ${ctx.tenantId}`, size: reads } });
      },
    },
    { cached: { cache } },
  );
  const get = (token?: string, url = "/things/a", headers = {}) =>
    call("GET", url, { ...(token && { token }), headers });
  return { get, lines, reads: () => reads };
};

describe("a hot read", () => {
  it("is answered from the cache: same status, headers and bytes, without asking the handler", async () => {
    const { get, reads, lines } = await counting(newCache());
    const [first, second] = [await get("viewer"), await get("viewer")];
    expect(reads()).toBe(1);
    expect([second.statusCode, second.headers.etag, second.body]).toEqual([200, first.headers.etag, first.body]);
    expect(second.headers["x-correlation-id"]).not.toBe(first.headers["x-correlation-id"]);
    expect(lines.filter(({ msg }) => msg === "request")).toHaveLength(2);
  });

  it("answers 304 from the cache, too", async () => {
    const { get, reads } = await counting(newCache());
    const { etag } = (await get("viewer")).headers;
    expect((await get("viewer", "/things/a", { "if-none-match": String(etag) })).statusCode).toBe(304);
    expect(reads()).toBe(1);
  });

  it("is kept apart by address and by the caller's tenant", async () => {
    const { get, reads } = await counting(newCache());
    await get("viewer", "/things/a");
    await get("viewer", "/things/b");
    await get("viewer", "/things/a?x=1");
    await get("other");
    await get();
    expect(reads()).toBe(5);
  });

  it("is shared by the members of a tenant, who all may see the same", async () => {
    const { get, reads } = await counting(newCache());
    await get("viewer");
    await get("publisher");
    expect(reads()).toBe(1);
  });

  it("of an operator or a service is not kept: they see more than the tenant under whose name it would be", async () => {
    const { get } = await counting(newCache());
    for (const token of ["operator", "service"]) await get(token);
    expect((await get()).json().id).toBe("anonymous of ");
    expect((await get("viewer")).json().id).toBe("member of acme");
    expect((await get("service")).json().id).toBe("service of acme");
  });

  it("is not answered to callers without the right", async () => {
    const { get } = await counting(newCache());
    await get("viewer");
    problemOf(await get("useless"), 403, "forbidden");
  });

  it("that was refused is not kept", async () => {
    let failed = false;
    const { get } = await counting(newCache(), () => {
      if (failed) return;
      failed = true;
      throw Object.assign(new Error("busy"), { code: "53300" });
    });
    problemOf(await get("viewer"), 503, "unavailable");
    expect((await get("viewer")).statusCode).toBe(200);
  });
});

describe("a change", () => {
  it("of private data drops what its tenant sees, and nothing else", async () => {
    const cache = newCache();
    const { get, reads } = await counting(cache);
    for (const token of ["viewer", "other", undefined]) await get(token);
    cache.drop([privateChange]);
    for (const token of ["other", undefined]) await get(token);
    expect(reads()).toBe(3);
    await get("viewer");
    expect(reads()).toBe(4);
  });

  it.each([
    ["of public data", [privateChange, publicChange]],
    ["that nobody can name, after missed notices,", null],
  ])("%s drops what everybody sees", async (_what, changes) => {
    const cache = newCache();
    const { get, reads } = await counting(cache);
    const everybody = ["viewer", "other", undefined];
    for (const token of everybody) await get(token);
    cache.drop(changes);
    for (const token of everybody) await get(token);
    expect(reads()).toBe(6);
  });

  it.each([
    ["private", privateChange],
    ["public", publicChange],
  ])(
    "of %s data during a read keeps the read out of the cache: it may have seen the state before",
    async (_what, change) => {
      const cache = newCache();
      let racing = true;
      const { get, reads } = await counting(cache, () => {
        if (racing) cache.drop([change]);
        racing = false;
      });
      for (let i = 0; i < 3; i += 1) await get("viewer");
      expect(reads()).toBe(2);
    },
  );

  it("of another tenant's private data during a read keeps nothing out", async () => {
    const cache = newCache();
    const { get, reads } = await counting(cache, () => cache.drop([{ tenantId: "other", visibility: "private" }]));
    for (let i = 0; i < 2; i += 1) await get("viewer");
    expect(reads()).toBe(1);
  });
});

describe("callers who ask for the same at once", () => {
  it("wait for one read", async () => {
    const release = Promise.withResolvers<void>();
    const { get, reads } = await counting(newCache(), () => release.promise);
    const asked = [get("viewer"), get("publisher"), get("viewer")];
    release.resolve();
    const bodies = (await Promise.all(asked)).map(({ body }) => body);
    expect(new Set(bodies).size).toBe(1);
    expect(reads()).toBe(1);
  });

  it("after a change do not wait for a read that began before it", async () => {
    const cache = newCache();
    const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const release = Promise.withResolvers<void>();
    let begun = 0;
    const { get, reads } = await counting(cache, () => {
      started[begun++]?.resolve();
      return release.promise;
    });
    const before = get("viewer");
    await started[0]?.promise;
    cache.drop([privateChange]);
    const after = get("viewer");
    await started[1]?.promise;
    release.resolve();
    expect((await before).statusCode).toBe(200);
    expect((await after).statusCode).toBe(200);
    expect((await get("viewer")).statusCode).toBe(200);
    expect(reads()).toBe(2);
  });

  it("are all refused if it fails, and the next one reads anew", async () => {
    let failing = true;
    const release = Promise.withResolvers<void>();
    const { get } = await counting(newCache(), async () => {
      await release.promise;
      if (failing) throw new Error("broken");
    });
    const asked = [get("viewer"), get("viewer")];
    release.resolve();
    for (const response of await Promise.all(asked)) problemOf(response, 500, "internal_error");
    failing = false;
    expect((await get("viewer")).statusCode).toBe(200);
  });
});

describe("the cache", () => {
  afterEach(() => void vi.useRealTimers());
  const finished = (size: number) => ({ status: 200, headers: {}, bytes: Buffer.alloc(size) });

  it("forgets after its time to live, which bounds what a missed notice can do", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const now = vi.spyOn(performance, "now").mockReturnValue(1_000);
    const cache = responseCache({ bytesMax: 100_000, ttlMs: 5_000 });
    cache.reading("acme")("/a", finished(1));
    vi.advanceTimersByTime(1_000);
    now.mockReturnValue(5_999);
    expect(cache.get("acme", "/a")).toBeDefined();
    vi.advanceTimersByTime(1_000);
    now.mockReturnValue(6_001);
    expect(cache.get("acme", "/a")).toBeUndefined();
    now.mockRestore();
  });

  it("keeps the newer answer when an older read comes in late", () => {
    const cache = newCache();
    const storeOld = cache.reading("acme");
    cache.drop([privateChange]);
    const newer = finished(2);
    cache.reading("acme")("/a", newer);
    storeOld("/a", finished(1));
    expect(cache.get("acme", "/a")).toBe(newer);
  });

  it("stays within its size, whatever is put in", () => {
    const cache = responseCache({ bytesMax: 10_000, ttlMs: 5_000 });
    for (let i = 0; i < 20; i += 1) cache.reading("acme")(`/${i}`, finished(1_000));
    const kept = Array.from({ length: 20 }, (_, i) => cache.get("acme", `/${i}`)).filter(
      (entry) => entry !== undefined,
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(10);
    cache.reading("acme")("/large", finished(20_000));
    expect(cache.get("acme", "/large")).toBeUndefined();
  });
});
