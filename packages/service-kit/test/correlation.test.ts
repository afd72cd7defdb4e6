import { describe, expect, it } from "vitest";
import { answer } from "../src/index.ts";
import { startThings, thing } from "./things.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

const correlated = async (headers: Record<string, string>) => {
  const seen: { correlationId: string; traceparent: string }[] = [];
  const { call, lines } = await startThings({
    getThing: async (ctx) => {
      seen.push(ctx);
      return answer(200, { body: thing });
    },
  });
  const response = await call("GET", "/things/a", { headers });
  return {
    echoed: response.headers["x-correlation-id"],
    ctx: seen[0],
    line: lines.find(({ msg }) => msg === "request"),
  };
};

describe("the correlation id", () => {
  it("of the caller is taken over: in the handler, the answer and the log line", async () => {
    const { echoed, ctx, line } = await correlated({ "x-correlation-id": "order-4711", traceparent });
    expect([echoed, ctx?.correlationId, line?.correlationId]).toEqual(Array(3).fill("order-4711"));
  });

  it("is the trace id if the caller names only a trace", async () => {
    const { echoed } = await correlated({ traceparent });
    expect(echoed).toBe(traceId);
  });

  it("is made if the caller names none, another one for each request", async () => {
    const [first, second] = [await correlated({}), await correlated({})];
    expect(first.echoed).toMatch(/^[0-9a-f]{32}$/);
    expect(second.echoed).not.toBe(first.echoed);
    expect(first.ctx?.traceparent).toContain(String(first.echoed));
  });

  it.each(["a b", "a\tb", "<script>", "x".repeat(129), "ä"])(
    "%j is not taken over: it would reach logs and headers",
    async (id) => {
      const { echoed } = await correlated({ "x-correlation-id": id });
      expect(echoed).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it("is told in refusals, too", async () => {
    const { call } = await startThings();
    const headers = { "x-correlation-id": "order-4711" };
    for (const url of ["/nowhere", "/things?limit=0", "/things/%zz"]) {
      const response = await call("GET", url, { headers });
      expect([response.headers["x-correlation-id"], response.json().correlationId]).toEqual(
        Array(2).fill("order-4711"),
      );
    }
    const response = await call("POST", "/judge", { headers, body: "{" });
    expect(response.json().correlationId).toBe("order-4711");
  });
});

describe("the trace", () => {
  it("of the caller is passed on unchanged", async () => {
    expect((await correlated({ traceparent })).ctx?.traceparent).toBe(traceparent);
  });

  it.each([
    "nonsense",
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `${traceparent}-more`,
  ])("%s is not well-formed (W3C Trace Context), and a new one begins", async (sent) => {
    const { ctx } = await correlated({ traceparent: sent });
    expect(ctx?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(ctx?.traceparent).not.toBe(sent);
  });
});
