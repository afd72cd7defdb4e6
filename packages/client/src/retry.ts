import isNetworkError from "is-network-error";
import type { Answer } from "./answer.ts";

/** When trying ends, whatever comes first. */
export interface RetryLimits {
  /** Attempts after the first. */
  readonly retries: number;
  /** For all attempts and the waits between them. */
  readonly totalMs: number;
  readonly signal: AbortSignal | undefined;
}

type Transient = Pick<Answer, "ok" | "status" | "headers"> & { readonly problem?: { readonly code: string } };
type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

const firstWaitMs = 200;
const waitMsMax = 10_000;

/** Exponential backoff with full jitter: callers that failed together do not come back together. */
export const backoffMs = (attempt: number, random: () => number = Math.random): number =>
  random() * Math.min(waitMsMax, firstWaitMs * 2 ** attempt);

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). */
export const retryAfterMs = (headers: Headers, now: number = Date.now()): number | undefined => {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
};

/** 409: an attempt before, which was not waited for, is still at work under the same key. */
const mayPass = (result: Transient): boolean =>
  !result.ok &&
  ([429, 502, 503, 504].includes(result.status) ||
    (result.status === 409 && result.problem?.code === "idempotency_in_flight"));

/** No answer: nobody listens, the line broke, or it took too long. Anything else that is thrown would be again. */
const isNoAnswer = (error: unknown): boolean =>
  isNetworkError(error) || (error instanceof Error && error.name === "TimeoutError");

/** How long to wait before another attempt; undefined if none can help. */
const waitAfter = (outcome: Outcome<Transient>, attempt: number): number | undefined => {
  if ("error" in outcome) return isNoAnswer(outcome.error) ? backoffMs(attempt) : undefined;
  if (!mayPass(outcome.result)) return undefined;
  const toldMs = retryAfterMs(outcome.result.headers);
  // A little later than told, each at another time: all who were told so would come back at once.
  return toldMs === undefined ? backoffMs(attempt) : toldMs + backoffMs(0);
};

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });

/**
 * Tries until there is an answer that another attempt would not change, or no more time or attempts; then the last outcome
 * is what comes of it. An attempt is told how much time is left.
 */
export const withRetries = async <Result extends Transient>(
  attempt: (leftMs: number) => Promise<Result>,
  { retries, totalMs, signal }: RetryLimits,
): Promise<Result> => {
  const endsAt = performance.now() + totalMs;
  for (let tries = 0; ; tries += 1) {
    const outcome: Outcome<Result> = await attempt(endsAt - performance.now()).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const waitMs = tries < retries && !signal?.aborted ? waitAfter(outcome, tries) : undefined;
    if (waitMs === undefined || performance.now() + waitMs >= endsAt) {
      if ("error" in outcome) throw outcome.error;
      return outcome.result;
    }
    await pause(waitMs, signal);
  }
};
