import type { Contract, Operation } from "@nofx/contract-kit";
import { type Answer, readAnswer, validateAnswer } from "./answer.ts";
import type { CallLimits, CallOptions, Client } from "./call.ts";
import { addressOf, type Input, mayBeRepeated, requestOf } from "./request.ts";
import { withRetries } from "./retry.ts";

/** Where a client calls, as whom, and what holds for all its calls. */
export interface ClientOptions extends CallLimits {
  /** Such as `http://127.0.0.1:4000`; may end in a path, behind a proxy. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
}

const defaultRetries = 3;
const defaultTimeoutMs = 30_000;

const limitsOf = (client: CallLimits, call: CallLimits) => {
  const timeoutMs = call.timeoutMs ?? client.timeoutMs ?? defaultTimeoutMs;
  return {
    timeoutMs,
    totalMs: call.totalTimeoutMs ?? client.totalTimeoutMs ?? 2 * timeoutMs,
    retries: call.retries ?? client.retries ?? defaultRetries,
    validates: call.validate ?? client.validate ?? false,
  };
};

const call = async (client: ClientOptions, operation: Operation, input: Input, options: CallOptions) => {
  const { timeoutMs, totalMs, retries, validates } = limitsOf(client, options);
  const { signal: given } = options;
  const url = client.baseUrl.replace(/\/$/, "") + addressOf(operation, input);
  const request = requestOf(operation, input, { token: client.token, options, retries });
  const attempt = async (leftMs: number): Promise<Answer> => {
    const timeout = AbortSignal.timeout(Math.max(0, Math.ceil(Math.min(timeoutMs, leftMs))));
    const signal = given ? AbortSignal.any([given, timeout]) : timeout;
    return await readAnswer(operation, await (client.fetch ?? fetch)(url, { ...request, signal }));
  };
  const answer = await withRetries(attempt, {
    retries: mayBeRepeated(operation, request) ? retries : 0,
    totalMs,
    signal: given,
  });
  if (validates) validateAnswer(operation, answer);
  return answer;
};

/**
 * Makes a typed client of a contract: `client.getAgent({ agentId: "code-review" })`. Path and query parameters stand side
 * by side, `body` beside them. A call answers success or problem as a value; it throws only when there is no answer,
 * no address to ask, or, where answers are validated, one that does not fit. What may be tried again is.
 */
export const createClient = <C extends Contract>(contract: C, options: ClientOptions): Client<C> =>
  Object.fromEntries(
    Object.entries(contract.operations).map(([id, operation]) => [
      id,
      (input: Input = {}, extra: CallOptions = {}) => call(options, operation, input, extra),
    ]),
  ) as Client<C>;
