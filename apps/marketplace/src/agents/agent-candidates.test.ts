import type { CandidatesResult } from "@nofx/contract-registry";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agentRegistry } from "./agent-candidates.ts";

const ctx = { tenantId: "acme", correlationId: "corr-1", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
const log = { warn: () => undefined };
const known = (tenant: string, agentId: string, visibility: "public" | "private"): CandidatesResult => ({
  ok: true,
  tenant,
  agentId,
  visibility,
  deprecated: false,
  currentVersion: "1.0.0",
  versions: [],
});
const absent: CandidatesResult = { ok: false, problem: { code: "agent_not_found", title: "x", detail: "x" } };
const told = (...results: CandidatesResult[]) => Response.json({ results });

/** A registry that answers what the test says, and everything that it was asked. */
const registryThat = (answer: (call: number) => Response | Promise<Response>, openMs = 10_000) => {
  const asked: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push(new Request(input, init));
    return await answer(asked.length);
  };
  const access = { baseUrl: "http://registry.test", token: "token-of-the-service", timeoutMs: 5_000, fetch };
  return { asked, registry: agentRegistry(access, log, { failuresMax: 3, openMs, backoffMs: 0 }) };
};

const one = [{ tenant: "acme", agentId: "x" }];
const unavailable = { code: "dependency_unavailable", status: 503 };
const down = () => Promise.reject(new TypeError("fetch failed"));

describe("candidates of agents", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it("are asked for in one call, with the service's token and what ties the request's traces together", async () => {
    const { asked, registry } = registryThat(() => told(known("acme", "x", "public"), absent));
    await registry.candidates(ctx, [...one, { tenant: "acme", agentId: "y" }]);
    expect(asked).toHaveLength(1);
    const { headers } = asked[0] as Request;
    expect(headers.get("authorization")).toBe("Bearer token-of-the-service");
    expect([headers.get("x-correlation-id"), headers.get("traceparent")]).toEqual([ctx.correlationId, ctx.traceparent]);
  });

  it("are there only if the agent is public or the caller's tenant's", async () => {
    const { registry } = registryThat(() =>
      told(known("acme", "x", "private"), known("globex", "x", "private"), known("globex", "y", "public"), absent),
    );
    const agents = ["acme", "globex", "globex", "globex"].map((tenant) => ({ tenant, agentId: "x" }));
    const found = await registry.candidates(ctx, agents);
    expect(found.map((agent) => agent && `${agent.tenant}/${agent.agentId}`)).toEqual([
      "acme/x",
      undefined,
      "globex/y",
      undefined,
    ]);
  });

  it("come in batches of 100, in the order asked", async () => {
    const { asked, registry } = registryThat((call) =>
      told(...Array.from({ length: call <= 2 ? 100 : 1 }, (_, index) => known("acme", `x${call}-${index}`, "public"))),
    );
    const agents = Array.from({ length: 201 }, (_, index) => ({ tenant: "acme", agentId: `x${index}` }));
    const found = await registry.candidates(ctx, agents);
    expect([asked.length, found.length, found[200]?.agentId]).toEqual([3, 201, "x3-0"]);
    expect(await registry.candidates(ctx, [])).toEqual([]);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["is not reached", down],
    ["answers 502", () => new Response("", { status: 502 })],
    ["answers 503", () => new Response("", { status: 503 })],
    ["answers 504", () => new Response("", { status: 504 })],
  ])("are asked for once more if the registry %s", async (_what, failing) => {
    const { asked, registry } = registryThat((call) => (call === 1 ? failing() : told(known("acme", "x", "public"))));
    expect(await registry.candidates(ctx, one)).toMatchObject([{ agentId: "x" }]);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["refuses the service", () => new Response("", { status: 403 })],
    ["takes too long", () => Promise.reject(new DOMException("too late", "TimeoutError"))],
  ])("503 dependency_unavailable without another try if the registry %s", async (_what, failing) => {
    const { asked, registry } = registryThat(failing);
    await expect(registry.candidates(ctx, one)).rejects.toMatchObject(unavailable);
    expect(asked).toHaveLength(1);
  });

  it("503 with the registry's own Retry-After, else 5 seconds; also for an answer that is none", async () => {
    const answers = [
      new Response("", { status: 429, headers: { "retry-after": "17" } }),
      Response.json({ results: 1 }),
    ];
    const { registry } = registryThat((call) => answers[call - 1] as Response);
    for (const seconds of ["17", "5"]) {
      const details = { headers: { "retry-after": seconds } };
      await expect(registry.candidates(ctx, one)).rejects.toMatchObject({ ...unavailable, details });
    }
  });

  it("are not asked for while the circuit is open; one call tries again after a while, and closes it", async () => {
    let isDown = true;
    const { asked, registry } = registryThat(() => (isDown ? down() : told(known("acme", "x", "public"))));
    for (let call = 0; call < 3; call += 1)
      await expect(registry.candidates(ctx, one)).rejects.toMatchObject(unavailable);
    expect([registry.circuit(), asked.length]).toEqual(["open", 6]);
    isDown = false;
    await expect(registry.candidates(ctx, one)).rejects.toMatchObject(unavailable);
    expect(asked).toHaveLength(6);
    vi.setSystemTime(Date.now() + 10_001);
    expect(await registry.candidates(ctx, one)).toMatchObject([{ agentId: "x" }]);
    expect([registry.circuit(), asked.length]).toEqual(["closed", 7]);
  });
});
