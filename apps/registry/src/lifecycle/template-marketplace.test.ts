import { describe, expect, it } from "vitest";
import { templateMarketplace } from "./template-marketplace.ts";

const ctx = {
  bearer: () => "token-of-the-caller",
  correlationId: "corr-1",
  traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
};
const agent = { tenant: "acme", agentId: "x", version: "1.0.0+b.1" };
const dependent = {
  tenant: "globex",
  templateId: "t",
  version: "2.0.0",
  environment: "production",
  locked: "1.0.0+b.1",
};
const known = () => Response.json({ dependents: [dependent] });
const none = { status: "unavailable", dependents: [], truncated: false };
const down = () => Promise.reject(new TypeError("fetch failed"));

/** A marketplace that answers what the test says, everything that it was asked, and what was logged. */
const marketplaceThat = (answer: (call: number) => Response | Promise<Response>, timeoutMs = 5_000) => {
  const asked: Request[] = [];
  const logged: object[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push(new Request(input, init));
    const late = new Promise<never>((_resolve, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
    );
    return await Promise.race([answer(asked.length), late]);
  };
  const log = { warn: (reason: object) => void logged.push(reason) };
  const access = { baseUrl: "http://marketplace.test", timeoutMs, fetch };
  return { asked, logged, marketplace: templateMarketplace(access, log, { failuresMax: 2, backoffMs: 0 }) };
};

describe("templates that lock an agent", () => {
  it("are asked for with the caller's token and what ties the request's traces together", async () => {
    const { asked, marketplace } = marketplaceThat(known);
    expect(await marketplace.lockingTemplates(ctx, agent)).toEqual({
      status: "known",
      dependents: [dependent],
      truncated: false,
    });
    const [{ url, headers }] = asked as [Request];
    expect(url).toBe(
      "http://marketplace.test/api/templates/dependents?agent=x&tenant=acme&version=1.0.0%2Bb.1&limit=100",
    );
    expect(["authorization", "x-correlation-id", "traceparent"].map((name) => headers.get(name))).toEqual([
      "Bearer token-of-the-caller",
      ctx.correlationId,
      ctx.traceparent,
    ]);
  });

  it("beyond those of a page are told of, and of an agent as a whole no version is named", async () => {
    const { asked, marketplace } = marketplaceThat(() =>
      Response.json({ dependents: [dependent], nextCursor: "more" }),
    );
    const found = await marketplace.lockingTemplates(ctx, { tenant: "acme", agentId: "x" });
    expect([found.truncated, asked[0]?.url.includes("version=")]).toEqual([true, false]);
  });

  it("are asked for once more if that may help", async () => {
    const { asked, marketplace } = marketplaceThat((call) => (call === 1 ? down() : known()));
    expect((await marketplace.lockingTemplates(ctx, agent)).status).toBe("known");
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["is down", down],
    ["answers 503", () => new Response("", { status: 503 })],
    ["answers something else", () => Response.json({ dependents: [{ templateId: 1 }] })],
  ])("are unavailable if the marketplace %s, and it is left alone after a while", async (_what, failing) => {
    const { asked, logged, marketplace } = marketplaceThat(failing);
    for (let call = 0; call < 3; call += 1) expect(await marketplace.lockingTemplates(ctx, agent)).toEqual(none);
    expect([marketplace.circuit(), asked.length, logged.length]).toEqual(["open", 4, 3]);
    expect(logged[0]).toMatchObject({ correlationId: "corr-1" });
    expect(JSON.stringify(logged)).not.toContain("token-of-the-caller");
  });

  it.each([401, 403, 429])("are unavailable to a caller who is refused with %i, and to no other", async (status) => {
    const { logged, marketplace } = marketplaceThat((call) => (call <= 5 ? new Response("", { status }) : known()));
    for (let call = 0; call < 5; call += 1) expect(await marketplace.lockingTemplates(ctx, agent)).toEqual(none);
    expect(logged[0]).toMatchObject({ status });
    expect((await marketplace.lockingTemplates(ctx, agent)).status).toBe("known");
  });

  it("are given up on in time, both tries together", async () => {
    const slowly = async (call: number) => {
      await new Promise((later) => setTimeout(later, call === 1 ? 100 : 10_000));
      return new Response("", { status: 503 });
    };
    const { asked, marketplace } = marketplaceThat(slowly, 200);
    const startedAt = performance.now();
    expect(await marketplace.lockingTemplates(ctx, agent)).toEqual(none);
    expect(asked).toHaveLength(2);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
