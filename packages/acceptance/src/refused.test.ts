import { describe, expect, it } from "vitest";
import { refused, refusedOnWire } from "./refused.ts";

const headers = { "content-type": "application/problem+json; charset=utf-8" };
const problem = {
  type: "urn:nofx:error:forbidden",
  title: "Not allowed",
  status: 403,
  code: "forbidden",
  correlationId: "c",
};
const answer = (change: object = {}) => ({
  ok: false,
  status: 403,
  headers: new Headers(headers),
  problem: { ...problem, ...change },
});

describe("a refusal", () => {
  it("gives its problem, as a call's answer and as it came", async () => {
    expect(refused(answer(), 403, "forbidden").title).toBe("Not allowed");
    const response = () => Response.json(problem, { status: 403, headers });
    expect((await refusedOnWire(response(), 403, "forbidden")).code).toBe("forbidden");
    await expect(refusedOnWire(response(), 404, "forbidden")).rejects.toThrow();
  });

  it("is none with another status, code, type or media type, and none that is a success", () => {
    expect(() => refused(answer({ status: 500 }), 403, "forbidden")).toThrow();
    expect(() => refused(answer(), 403, "unauthenticated")).toThrow();
    expect(() => refused(answer({ type: "about:blank" }), 403, "forbidden")).toThrow();
    const html = { ...answer(), headers: new Headers({ "content-type": "text/html" }) };
    expect(() => refused(html, 403, "forbidden")).toThrow();
    const success = { ok: true, status: 200, headers: new Headers() };
    expect(() => refused(success, 403, "forbidden")).toThrow("no problem but status 200");
  });
});
