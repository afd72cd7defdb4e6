import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@nofx/client";
import type { ProblemItem } from "@nofx/contract-kit";
import type { registryContract } from "@nofx/contract-registry";

/** The registry through its public API. */
export type RegistryClient = Client<typeof registryContract>;

/** Why something cannot be or was not published: the registry's problem, or one of our own with the same members. */
export interface SyncProblem {
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly ProblemItem[] | undefined;
  readonly [member: string]: unknown;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
}

const attemptsMax = 5;
const waitSecondsMax = 60;

const secondsToWait = (headers: Headers): number => {
  const seconds = Number(headers.get("retry-after") ?? "1");
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), waitSecondsMax) : 1;
};

/** Calls again, as late as told, while the registry asks for patience. Only for calls that may be made twice. */
export const patiently = async <Result extends Answer>(
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
