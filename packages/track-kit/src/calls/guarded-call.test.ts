import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GuardOptions, guardedCalls, Refused } from "./guarded-call.ts";

/** Guarded calls of something that fails as the test says, by the number of the call, and answers otherwise. */
const callsOf = (failure: (call: number) => Error | undefined, options: GuardOptions = {}) => {
  const calls = guardedCalls({ failuresMax: 2, openMs: 10_000, backoffMs: 0, ...options });
  let made = 0;
  const call = async () => {
    made += 1;
    const error = failure(made);
    if (error) throw error;
    return "answer";
  };
  return { run: () => calls.run(call), circuit: calls.circuit, made: () => made };
};

const down = new TypeError("fetch failed");

describe("guarded calls", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it.each([down, new Refused(502), new Refused(503), new Refused(504)])(
    "are made once more after: %s",
    async (error) => {
      const { run, made } = callsOf((call) => (call === 1 ? error : undefined));
      expect(await run()).toBe("answer");
      expect(made()).toBe(2);
    },
  );

  it.each([new Refused(403), new Refused(500), new DOMException("too late", "TimeoutError")])(
    "are made only once with: %s",
    async (error) => {
      const { run, made } = callsOf(() => error);
      await expect(run()).rejects.toBe(error);
      expect(made()).toBe(1);
    },
  );

  it("stop when they fail in a row; after a while one tries again, and closes the circuit or opens it anew", async () => {
    const { run, circuit, made } = callsOf((call) => (call <= 6 ? down : undefined));
    const later = () => vi.setSystemTime(Date.now() + 10_001);
    for (let call = 0; call < 2; call += 1) await expect(run()).rejects.toBe(down);
    expect([circuit(), made()]).toEqual(["open", 4]);
    await expect(run()).rejects.not.toBe(down);
    expect(made()).toBe(4);
    later();
    await expect(run()).rejects.toBe(down);
    expect([circuit(), made()]).toEqual(["open", 6]);
    later();
    expect([await run(), circuit(), made()]).toEqual(["answer", "closed", 7]);
  });

  it("that fail now and then do not open the circuit", async () => {
    const { run, circuit } = callsOf((call) => (call % 3 === 0 ? undefined : down));
    for (let round = 0; round < 3; round += 1) {
      await expect(run()).rejects.toBe(down);
      expect(await run()).toBe("answer");
    }
    expect(circuit()).toBe("closed");
  });
});
