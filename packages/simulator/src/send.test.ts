import { createClient } from "@nofx/client";
import { executionLimits, marketplaceContract } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { requestsOf, sendReports } from "./send.ts";
import type { SampleReport } from "./simulation.ts";

const report = (n: number, steps = 0): SampleReport => ({
  templateId: "gate",
  runId: `run-${n}`,
  version: "1.0.0",
  outcome: "succeeded",
  durationMs: 1,
  callerKind: "ci",
  subject: "somebody",
  occurredAt: "2026-11-20T00:00:00.000Z",
  sample: true,
  ...(steps > 0 && {
    steps: Array.from({ length: steps }, () => ({
      agentId: `t/${"a".repeat(100)}`,
      version: "1.0.0",
      outcome: "succeeded" as const,
      durationMs: 1,
    })),
  }),
});

/** A client of a service that answers so, one after the other, and what it was sent. */
const answering = (...answers: (readonly [number, object])[]) => {
  const bodies: unknown[] = [];
  const client = createClient(marketplaceContract, {
    baseUrl: "http://marketplace.test",
    retries: 0,
    fetch: async (_input, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      const [status, body] = answers.shift() ?? [500, {}];
      const type = status < 300 ? "application/json" : "application/problem+json";
      return new Response(JSON.stringify(body), { status, headers: { "content-type": type, "retry-after": "0" } });
    },
  });
  return { client, bodies };
};

const taken = (accepted: number, duplicate: number) =>
  [200, { summary: { accepted, duplicate, refused: 0 }, results: [] }] as const;

describe("requestsOf", () => {
  it("cuts into requests within the contract's limits, nothing lost, in order", () => {
    const reports = Array.from({ length: 2_500 }, (_, n) => report(n, n % 3 === 0 ? 100 : 0));
    const requests = requestsOf(reports);
    expect(requests.flat()).toEqual(reports);
    for (const executions of requests) {
      expect(executions.length).toBeLessThanOrEqual(executionLimits.batchMax);
      expect(Buffer.byteLength(JSON.stringify({ executions }))).toBeLessThanOrEqual(executionLimits.bodyBytesMax);
    }
    expect(requestsOf(reports.filter((_, n) => n % 3 > 0)).map(({ length }) => length)).toEqual([1_000, 666]);
    expect(requestsOf([])).toEqual([]);
  });
});

describe("sendReports", () => {
  it("tells how many were new, and sends again what the service had no room for", async () => {
    const busy = [503, { title: "Too much", status: 503, code: "usage_overloaded" }] as const;
    const { client, bodies } = answering(taken(1_000, 0), busy, taken(3, 2));
    const reports = Array.from({ length: 1_005 }, (_, n) => report(n));
    expect(await sendReports(client, reports)).toEqual({ accepted: 1_003, duplicate: 2 });
    expect(bodies).toHaveLength(3);
    expect(bodies[2]).toEqual(bodies[1]);
  });

  it("gives up when there is no room for long, and names what is refused", async () => {
    const busy = [503, { title: "Too much", status: 503, code: "usage_overloaded" }] as const;
    await expect(sendReports(answering(...Array(10).fill(busy)).client, [report(1)])).rejects.toThrow("Too much");
    const problem = { code: "version_not_found", title: "No such version", detail: "1.0.0" };
    const results = [{ index: 0, runId: "run-1", outcome: "refused", problem }];
    const refused = [200, { summary: { accepted: 0, duplicate: 0, refused: 1 }, results }] as const;
    const sending = sendReports(answering(refused).client, [report(1)]);
    await expect(sending).rejects.toThrow("Run run-1 was refused: No such version: 1.0.0");
  });
});
