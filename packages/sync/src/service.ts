import { setTimeout as delay } from "node:timers/promises";
import { ProblemError } from "@nofx/client";
import type { Problem, ProblemItem } from "@nofx/contract-kit";

/** Why something cannot be or was not published: the service's problem, or one of our own with the same members. */
export interface SyncProblem {
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly ProblemItem[] | undefined;
  readonly [member: string]: unknown;
}

/** What a call answers: what the sync asks for, or a problem. */
export type Answer<Body> =
  | { readonly ok: true; readonly status: number; readonly headers: Headers; readonly body: Body }
  | { readonly ok: false; readonly status: number; readonly headers: Headers; readonly problem: Problem };

/** An answer with nothing of its body but what the sync asks for. */
export const answering = async <Body, Wanted>(
  call: Promise<Answer<Body>>,
  wanted: (body: Body) => Wanted,
): Promise<Answer<Wanted>> => {
  const answer = await call;
  return answer.ok ? { ...answer, body: wanted(answer.body) } : answer;
};

/** The body of a success, or the problem thrown. */
export const bodyOf = <Body>(answer: Answer<Body>): Body => {
  if (!answer.ok) throw new ProblemError(answer.problem);
  return answer.body;
};

const attemptsMax = 5;
const waitSecondsMax = 60;

const secondsToWait = (headers: Headers): number => {
  const seconds = Number(headers.get("retry-after") ?? "1");
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), waitSecondsMax) : 1;
};

/** Calls again, as late as told, while the service asks for patience. Only for calls that may be made twice. */
export const patiently = async <Result extends Pick<Answer<unknown>, "status" | "headers">>(
  call: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    const result = await call();
    const isBusy = result.status === 429 || result.status === 503;
    if (!isBusy || attempt === attemptsMax) return result;
    await delay(secondsToWait(result.headers) * 1000, undefined, signal && { signal });
  }
};
