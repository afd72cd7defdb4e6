import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import { checkedAddresses, parseTarget, type TargetPolicy } from "./safe-target.ts";

export interface PostOrder {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From the look-up of the host to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** As much of an answer as is looked at. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly text: string;
}

/** Bytes of an answer that are read before the connection is given up, and those that are kept. */
const readBytesMax = 64 * 1024;
const keptBytesMax = 1024;

/** Answers every look-up with what has been checked. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = found;
    if (options.all) done(null, found);
    else done(null, first?.address ?? "", first?.family);
  };

const beginningOf = async (response: IncomingMessage): Promise<string> => {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < keptBytesMax) kept.push(chunk.subarray(0, keptBytesMax - size));
    size += chunk.length;
    if (size >= readBytesMax) break;
  }
  // What PostgreSQL cannot store, and what a terminal would obey.
  return Buffer.concat(kept)
    .toString("utf8")
    .replace(/[\p{Cc}--[\t\n\r]]/gv, "\ufffd");
};

const answerOf = async (request: ClientRequest, body: string): Promise<PostAnswer> => {
  const [response] = (await once(request.end(body), "response")) as [IncomingMessage];
  const text = await beginningOf(response);
  return { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], text };
};

/** What went wrong, for whoever owns the URL: nothing of our network. */
const failure = (error: Error & { code?: unknown }, timeoutMs: number): Error => {
  if (error.name === "TargetRefused") return error;
  if (error.name === "TimeoutError" || error.name === "AbortError") {
    return new Error(`No complete answer within ${timeoutMs / 1000} seconds`, { cause: error });
  }
  const code = typeof error.code === "string" ? ` (${error.code})` : "";
  return new Error(`The connection failed${code}`, { cause: error });
};

/**
 * Posts to an address that somebody else has chosen. Connects to public addresses only, exactly those that were checked,
 * with a new connection; follows no redirect; reads a bounded answer in bounded time.
 * @throws TargetRefused, or an error that says in a sentence why there is no answer
 */
export const postSafely = async (order: PostOrder, policy: TargetPolicy): Promise<PostAnswer> => {
  const late = AbortSignal.timeout(order.timeoutMs);
  const signal = AbortSignal.any([late, order.signal]);
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  aborted.promise.catch(() => undefined);
  let request: ClientRequest | undefined;
  try {
    signal.throwIfAborted();
    const url = parseTarget(order.url);
    const addresses = await Promise.race([checkedAddresses(url, policy), aborted.promise]);
    request = (url.protocol === "https:" ? overHttps : overHttp)(url, {
      method: "POST",
      headers: { ...order.headers, "content-length": Buffer.byteLength(order.body) },
      lookup: pinned(addresses),
      agent: false,
    });
    request.on("error", () => undefined);
    return await Promise.race([answerOf(request, order.body), aborted.promise]);
  } catch (error) {
    throw failure(error as Error, order.timeoutMs);
  } finally {
    signal.removeEventListener("abort", abort);
    request?.destroy();
  }
};
