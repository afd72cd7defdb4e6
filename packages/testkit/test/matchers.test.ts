import type { Problem } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";

const problem: Problem = {
  type: "urn:nofx:error:not_found",
  title: "There is no such agent",
  status: 404,
  code: "not_found",
  correlationId: "request",
};

const refusal = (changes: Record<string, unknown> = {}, inProblem: Record<string, unknown> = {}) => ({
  ok: false,
  status: 404,
  problem: { ...problem, ...inProblem },
  ...changes,
});

/** What an assertion that fails says. */
const failure = (assertion: () => void): string => {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the assertion held");
};

describe("toBeProblem", () => {
  it("holds for a call that was refused with this status and code", () => {
    expect(refusal()).toBeProblem(404, "not_found");
    expect(refusal({}, { detail: "No `x`.", errors: [{ path: "$", message: "m", code: "c" }] })).toBeProblem(
      404,
      "not_found",
    );
  });

  it.each([
    ["a success", { ok: true, status: 200, body: {} }],
    ["a success with a problem in it", refusal({ ok: true })],
    ["another status", refusal({ status: 403 }, { status: 403 })],
    ["another code", refusal({}, { code: "agent_not_found" })],
    ["a problem that tells another status than the answer", refusal({ status: 409 })],
    ["a problem that is not well-formed", refusal({}, { correlationId: undefined })],
    ["a refusal without a problem", refusal({ problem: undefined })],
    ["a promise that nobody awaited", Promise.resolve(refusal())],
    ["nothing", undefined],
    ["null", null],
  ])("fails for %s", (_what, received) => {
    expect(received).not.toBeProblem(404, "not_found");
    expect(failure(() => expect(received).toBeProblem(404, "not_found"))).toContain("expected problem 404 not_found");
  });

  it("says what came instead", () => {
    const message = failure(() => expect(refusal()).toBeProblem(409, "version_conflict"));
    expect(message).toContain("expected problem 409 version_conflict, received {");
    expect(message).toContain('"title": "There is no such agent"');
    expect(failure(() => expect({ ok: true, status: 201 }).toBeProblem(404, "not_found"))).toContain('"status": 201');
  });

  it("says so when the problem was not to come", () => {
    const message = failure(() => expect(refusal()).not.toBeProblem(404, "not_found"));
    expect(message).toContain("expected anything but problem 404 not_found");
  });
});
