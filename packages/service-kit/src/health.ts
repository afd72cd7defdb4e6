import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** What a check tells of itself, beside its verdict. */
type Details = Readonly<Record<string, string>>;

/** Resolves if something that the service needs works, rejects with the reason if not; details are shown. */
export type Check = () => Promise<void> | Promise<Details>;

const timeoutMs = 2_000;

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
    return { status: "failed", reason: reasonOf(error) };
  } finally {
    stop.abort();
  }
};

/** `/health/live`: the process answers. `/health/ready`: and everything it needs works too; 503 otherwise. */
export const mountHealth = (app: FastifyInstance, checks: Readonly<Record<string, Check>>): void => {
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const ready = results.every(([, { status }]) => status === "ok");
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ok" : "failed", checks: Object.fromEntries(results) });
  });
};
