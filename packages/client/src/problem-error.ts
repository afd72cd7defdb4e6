import type { Operation, OperationSuccess } from "@nofx/contract-kit";
import type { CallResult, CodedProblem } from "./call.ts";

/** A problem, thrown. */
export class ProblemError<Code extends string = string> extends Error {
  readonly problem: CodedProblem<Code>;

  constructor(problem: CodedProblem<Code>) {
    const items = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join("");
    super(`${problem.title}${problem.detail ? `: ${problem.detail}` : ""}${items}`);
    this.name = "ProblemError";
    this.problem = problem;
  }

  get code(): Code {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Whether something thrown is a problem: any, or one with one of the codes. */
export const isProblem = <const Code extends string = string>(
  error: unknown,
  ...codes: readonly Code[]
): error is ProblemError<Code> =>
  error instanceof ProblemError && (codes.length === 0 || (codes as readonly string[]).includes(error.code));

/** The body of a success, or the problem thrown as `ProblemError`. */
export const unwrap = async <Op extends Operation>(
  result: CallResult<Op> | Promise<CallResult<Op>>,
): Promise<OperationSuccess<Op>["body"]> => {
  const settled = await result;
  if (!settled.ok) throw new ProblemError(settled.problem);
  return settled.body;
};
