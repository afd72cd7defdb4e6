import { Problem } from "@nofx/contract-kit";
import { expect } from "vitest";

interface Answered {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly problem?: unknown;
}

/** Holds an answer against the refusal that it must be, and gives its problem (RFC 9457). */
export const refused = (answer: Answered, status: number, code: string): Problem => {
  const problem = Problem.parse(answer.problem, { error: () => `no problem but status ${answer.status}` });
  expect([answer.status, problem.status, problem.code]).toEqual([status, status, code]);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(problem.type).toBe(`urn:nofx:error:${code}`);
  return problem;
};

/** The same for an answer as it came. */
export const refusedOnWire = async (response: Response, status: number, code: string): Promise<Problem> =>
  refused(
    { ok: false, status: response.status, headers: response.headers, problem: await response.json() },
    status,
    code,
  );
