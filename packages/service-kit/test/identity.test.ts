import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Actor, cachedAuthenticator } from "../src/index.ts";

const alice: Actor = { kind: "member", tenantId: "acme", subject: "alice", scopes: new Set() };

/** A clock that stands still until the test moves it; the cache reads `performance.now`. */
let nowMs: number;
const pass = (ms: number): void => {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
};
beforeEach(() => {
  nowMs = 1_000_000;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const remembered = (answers: (Actor | undefined)[]) => {
  const asked: string[] = [];
  const authenticate = cachedAuthenticator(
    async (token) => {
      asked.push(token);
      return answers.length > 1 ? answers.shift() : answers[0];
    },
    { ttlMs: 30_000, now: () => nowMs },
  );
  return { authenticate, asked };
};

describe("a verdict on a token", () => {
  it.each([
    ["good", alice],
    ["bad", undefined],
  ])("that it is %s is remembered for its time to live, and no longer", async (_what, actor) => {
    const { authenticate, asked } = remembered([actor]);
    expect(await authenticate("t")).toBe(actor);
    pass(29_000);
    expect(await authenticate("t")).toBe(actor);
    expect(asked).toHaveLength(1);
    pass(1_001);
    expect(await authenticate("t")).toBe(actor);
    expect(asked).toHaveLength(2);
  });

  it("that is remembered is there at once, not as a promise", async () => {
    const { authenticate } = remembered([alice]);
    await authenticate("t");
    expect(authenticate("t")).toBe(alice);
  });

  it("is one for each token", async () => {
    const { authenticate, asked } = remembered([alice, undefined]);
    expect([await authenticate("t"), await authenticate("u")]).toEqual([alice, undefined]);
    expect(asked).toEqual(["t", "u"]);
  });

  it("ends with the token, even within the time to live", async () => {
    const { authenticate } = remembered([{ ...alice, expiresAt: nowMs + 5_000 }]);
    expect(await authenticate("t")).toBeDefined();
    pass(4_999);
    expect(await authenticate("t")).toBeDefined();
    pass(1);
    expect(await authenticate("t")).toBeUndefined();
  });

  it("is forgotten when told to: a revoked token stops working", async () => {
    const { authenticate } = remembered([alice, undefined]);
    expect(await authenticate("t")).toBe(alice);
    authenticate.forget();
    expect(await authenticate("t")).toBeUndefined();
  });

  it("that was asked for before forgetting, and answered after it, is not remembered", async () => {
    const answers = [Promise.withResolvers<Actor | undefined>(), Promise.withResolvers<Actor | undefined>()];
    let asked = 0;
    const authenticate = cachedAuthenticator(() => answers[asked++]?.promise, { ttlMs: 30_000, now: () => nowMs });
    const first = authenticate("t");
    authenticate.forget();
    answers[0]?.resolve(alice);
    expect(await first).toBe(alice);
    answers[1]?.resolve(undefined);
    expect(await authenticate("t")).toBeUndefined();
    expect(asked).toBe(2);
  });

  it("is not remembered if it could not be made", async () => {
    let down = true;
    const authenticate = cachedAuthenticator(
      async () => {
        if (down) throw new Error("down");
        return alice;
      },
      { ttlMs: 30_000, now: () => nowMs },
    );
    await expect(authenticate("t")).rejects.toThrow("down");
    down = false;
    expect(await authenticate("t")).toBe(alice);
  });
});
