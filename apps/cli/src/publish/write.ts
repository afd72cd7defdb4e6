import { type CallResult, unwrap } from "@nofx/client";
import type { Operation, OperationSuccess } from "@nofx/contract-kit";
import { z } from "zod";

/** Of outputs: the change in the feed. */
export const changeId = z
  .string()
  .optional()
  .meta({ description: "Id of the change in the feed; absent if nothing was written" });

/** What a write answered. */
export interface Written<Op extends Operation> {
  readonly body: OperationSuccess<Op>["body"];
  /** To be spread into an output. */
  readonly changed: { readonly change?: string };
}

/** Takes the answer of a call that writes. @throws ProblemError if it was refused. */
export const write = async <Op extends Operation>(call: Promise<CallResult<Op>>): Promise<Written<Op>> => {
  const answer = await call;
  const body = await unwrap(answer);
  const change = answer.headers.get("nofx-change");
  return { body, changed: change === null ? {} : { change } };
};
