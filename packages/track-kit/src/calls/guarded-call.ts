import {
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleAll,
  handleWhen,
  retry,
  wrap,
} from "cockatiel";

/** Whether a call was not even made, because the service is left alone. */
export { isBrokenCircuitError } from "cockatiel";

/** Thrown by a call that was answered, and not with what it asked for. */
export class Refused extends Error {
  readonly status: number;
  readonly retryAfter: string | undefined;

  constructor(status: number, retryAfter?: string) {
    super(`answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Calls to one service, which are given up for a while when they keep failing. */
export interface GuardedCalls {
  run<T>(call: () => Promise<T>): Promise<T>;
  circuit(): "closed" | "open" | "half-open";
}

export interface GuardOptions {
  /** Calls that fail in a row before it is left alone; default 5. */
  readonly failuresMax?: number;
  /** How long it is left alone, before one call tries again; default 10 seconds. */
  readonly openMs?: number;
  /** Before a call is tried once more; default 100 ms. */
  readonly backoffMs?: number;
}

const passing = new Set([502, 503, 504]);

/** Time is up: trying again would take as long once more. */
const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === "TimeoutError";

const isPassing = (error: unknown): boolean =>
  error instanceof Refused ? passing.has(error.status) : !isTimeout(error);

const circuits = {
  [CircuitState.Closed]: "closed",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Open]: "open",
  [CircuitState.Isolated]: "open",
} as const;

/** Guards calls to a service: one more try where it may help, none at all while it is known to be down. */
export const guardedCalls = ({
  failuresMax = 5,
  openMs = 10_000,
  backoffMs = 100,
}: GuardOptions = {}): GuardedCalls => {
  const breaker = circuitBreaker(handleAll, { breaker: new ConsecutiveBreaker(failuresMax), halfOpenAfter: openMs });
  const again = retry(handleWhen(isPassing), { maxAttempts: 1, backoff: new ConstantBackoff(backoffMs) });
  const guarded = wrap(breaker, again);
  return {
    run: (call) => guarded.execute(call),
    circuit: () => circuits[breaker.state],
  };
};
