import { type Operation, RawBody } from "@nofx/contract-kit";
import type { CallOptions } from "./call.ts";

/** Path and query parameters side by side, and `body` beside them. */
export type Input = Readonly<Record<string, unknown>>;

/** Segments `.` and `..` cannot be sent, not even encoded: URLs resolve them, and the call would go somewhere else. */
const encodePath = (template: string, input: Input): string =>
  template.replace(/\{(\w+)(\+?)\}/g, (_match, name: string, rest: string) => {
    const segments = rest ? String(input[name]).split("/") : [String(input[name])];
    if (input[name] === undefined || segments.some((segment) => /^\.{0,2}$/.test(segment))) {
      throw new TypeError(`"${segments.join("/")}" cannot be the ${name} of an address`);
    }
    return segments.map(encodeURIComponent).join("/");
  });

/** Path and query of a call. */
export const addressOf = (operation: Operation, input: Input): string => {
  const query = new URLSearchParams();
  for (const name of Object.keys(operation.query?.shape ?? {})) {
    for (const value of [input[name]].flat()) if (value !== undefined) query.append(name, String(value));
  }
  const search = query.toString();
  return encodePath(operation.path, input) + (search && `?${search}`);
};

/** A body on the wire: JSON, or bytes as they are. */
const sentBody = (body: unknown): { mediaType: string; content: string | Uint8Array<ArrayBuffer> } =>
  body instanceof RawBody
    ? { mediaType: body.mediaType, content: body.bytes }
    : { mediaType: "application/json", content: JSON.stringify(body) };

/** 128 random bits. Not `randomUUID`, which browsers have only on secure origins. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const keyHeaders = ["idempotency-key", "x-idempotency-key"];

/** What `fetch` is given but for the signal: the same for every attempt of a call. */
export interface Sent {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Makes the request of a call, with an idempotency key where it may be needed for another attempt. */
export const requestOf = (
  operation: Operation,
  input: Input,
  { token, options, retries }: { token: string | undefined; options: CallOptions; retries: number },
): Sent => {
  const headers = new Headers(options.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  const sent = input.body === undefined ? undefined : sentBody(input.body);
  if (sent) headers.set("content-type", sent.mediaType);
  if (options.idempotencyKey) headers.set("idempotency-key", options.idempotencyKey);
  if (options.ifMatch) headers.set("if-match", options.ifMatch);
  if (options.ifNoneMatch) headers.set("if-none-match", options.ifNoneMatch);
  const hasKey = keyHeaders.some((name) => headers.has(name));
  if (operation.idempotent && retries > 0 && !hasKey) headers.set("idempotency-key", newKey());
  return { method: operation.method, headers, ...(sent && { body: sent.content }) };
};

/** Whether a call may be made twice: it reads, or the service knows from a key that it is the same call. */
export const mayBeRepeated = (operation: Operation, { headers }: Sent): boolean =>
  operation.method === "GET" || (operation.idempotent === true && keyHeaders.some((name) => headers.has(name)));
