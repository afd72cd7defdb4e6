import { setTimeout as delay } from "node:timers/promises";

/** What became of asking. */
export type Probed<T> =
  | { readonly ok: true; readonly value: T; readonly latencyMs: number }
  | { readonly ok: false; readonly reason: string };

/** Longest time that one dependency is waited for: all are asked at once, and there is an answer within two seconds. */
const probeTimeoutMs = 1_500;

/** Nothing internal, such as addresses, is in codes; messages are those of this service and of fetch. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError" || error.name === "AbortError") return `no answer within ${probeTimeoutMs} ms`;
  const { cause } = error;
  const coded = [error, cause].find((each) => each instanceof Error && "code" in each && typeof each.code === "string");
  return coded ? String((coded as { code?: unknown }).code) : error.message;
};

/**
 * Makes a question that is never asked twice at the same time: whoever comes meanwhile waits for the same answer. So a
 * dependency that hangs holds one question at the most, however many ask how it is.
 */
export const probe = <T>(ask: () => Promise<T>): (() => Promise<Probed<T>>) => {
  let asked: Promise<Probed<T>> | undefined;
  const begin = async (): Promise<Probed<T>> => {
    const startedAt = performance.now();
    try {
      const value = await ask();
      return { ok: true, value, latencyMs: Math.round((performance.now() - startedAt) * 10) / 10 };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    } finally {
      asked = undefined;
    }
  };
  return async () => {
    const stop = new AbortController();
    asked ??= begin();
    const late = delay(probeTimeoutMs, undefined, { signal: stop.signal }).then(
      (): Probed<T> => ({ ok: false, reason: `no answer within ${probeTimeoutMs} ms` }),
      (): Probed<T> => ({ ok: false, reason: "stopped" }),
    );
    return await Promise.race([asked, late]).finally(() => stop.abort());
  };
};

const bytesMax = 4 * 1024 * 1024;

const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > bytesMax) throw new Error(`the answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** What an address of a service says, whatever its status. Follows nobody elsewhere. */
export const ask = async (
  { baseUrl, fetch = globalThis.fetch }: { readonly baseUrl: string; readonly fetch?: typeof globalThis.fetch },
  path: string,
): Promise<{ readonly status: number; readonly text: string }> => {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  const response = await fetch(baseUrl.replace(/\/$/, "") + path, { signal, redirect: "error" });
  return { status: response.status, text: await textOf(response) };
};
