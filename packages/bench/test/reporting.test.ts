import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareReporting, type ReportStage, startReporting } from "../src/reporting.ts";
import { setUp } from "../src/stage.ts";

const never = new AbortController().signal;
const stack = new AsyncDisposableStack();
let stage: ReportStage;

beforeAll(async () => {
  stage = await startReporting(stack, await setUp(stack, { agents: 1, versions: ["1.0.0"] }, never));
});
afterAll(() => stack.disposeAsync());

describe("reporting", () => {
  const plan = { rounds: 2, batches: 3, batch: 20, connections: 2 };

  it("writes the same runs through the service, which accepts all of them, and through SQL, with and without a key", async () => {
    const { plain, keyed } = await compareReporting(stage, plan, never);
    for (const measured of [plain, keyed]) {
      expect(measured).toMatchObject({ non2xx: 0, errors: 0 });
      expect(measured.ratio).toBeGreaterThan(0);
      expect(measured.p99Ms).toBeGreaterThanOrEqual(measured.p50Ms);
    }
  });

  it("counts what the service refuses", async () => {
    const nobody = { ...stage, target: { url: stage.target.url, headers: { "content-type": "application/json" } } };
    const refused = { non2xx: 6, errors: 0 };
    expect(await compareReporting(nobody, plan, never)).toMatchObject({ plain: refused, keyed: refused });
  });

  it("ends when it is interrupted", async () => {
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    await expect(compareReporting(stage, plan, signal)).rejects.toThrow("Ctrl-C");
  });
});
