import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** What a check tells of itself, beside its verdict. */
type Details = Readonly<Record<string, string>>;

/** Resolves if something that the service needs works, rejects with the reason if not; details are shown. */
export type Check = () => Promise<void> | Promise<Details>;

/** Thrown by a check that fails and has something to tell of itself all the same. */
export class CheckFailed extends Error {
  readonly details: Details;
  constructor(reason: string, details: Details) {
    super(reason);
    this.details = details;
  }
}

/** Which service answers, and what it serves. */
export interface About {
  readonly service: string;
  readonly version: string;
  /** Digest of the OpenAPI document. */
  readonly contract: string;
}

/** Less than whoever asks this of several services has for all of them. */
const timeoutMs = 1_200;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
};

const outcome = async (check: Check): Promise<{ status: "ok" } | { status: "failed"; reason: string }> => {
  const stop = new AbortController();
  const tooLate = delay(timeoutMs, undefined, { signal: stop.signal }).then(
    () => Promise.reject(new Error(`no answer within ${timeoutMs} ms`)),
    () => undefined,
  );
  try {
    const details = await Promise.race([check(), tooLate]);
    return { ...details, status: "ok" };
  } catch (error) {
    const details = error instanceof CheckFailed ? error.details : {};
    return { ...details, status: "failed", reason: reasonOf(error) };
  } finally {
    stop.abort();
  }
};

/**
 * `/health/live`: the process answers. `/health/ready`: and everything it needs works too; 503 otherwise. Either way it tells
 * which service this is and what it serves, so that others can see whether they were built for it.
 */
export const mountHealth = (app: FastifyInstance, checks: Readonly<Record<string, Check>>, about: About): void => {
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const ready = results.every(([, { status }]) => status === "ok");
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ok" : "failed", ...about, checks: Object.fromEntries(results) });
  });
};
