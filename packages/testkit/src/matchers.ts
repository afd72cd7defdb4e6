import { Problem } from "@nofx/contract-kit";
import { expect } from "vitest";

interface ProblemMatchers<R> {
  /** The call was refused with this status and error code, and the answer is a well-formed problem (RFC 9457). */
  toBeProblem(status: number, code: string): R;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends ProblemMatchers<R> {}
}

expect.extend({
  toBeProblem(received: unknown, status: number, code: string) {
    const result = (received ?? {}) as { ok?: boolean; status?: number; problem?: unknown };
    const parsed = Problem.safeParse(result.problem);
    const pass =
      result.ok === false &&
      result.status === status &&
      parsed.success &&
      parsed.data.status === status &&
      parsed.data.code === code;
    return {
      pass,
      message: () =>
        `expected ${this.isNot ? "anything but " : ""}problem ${status} ${code}, received ${JSON.stringify(result.problem ?? received, null, 2)}`,
      actual: { status: result.status, code: parsed.data?.code },
      expected: { status, code },
    };
  },
});
