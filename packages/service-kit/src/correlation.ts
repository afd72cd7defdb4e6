import { randomBytes } from "node:crypto";

/** What ties the log lines, audit entries and calls of one request together. */
export interface Correlation {
  readonly correlationId: string;
  /** W3C Trace Context: `00-<trace-id>-<parent-id>-<flags>`. */
  readonly traceparent: string;
}

const given = /^[A-Za-z0-9._:-]{1,128}$/;
const trace = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Random once per process, then counted: unique without drawing random bits for every request. */
const processId = randomBytes(8).toString("hex");
let counter = randomBytes(4).readUInt32BE();
const nextId = (): string => {
  counter += 1;
  return counter.toString(16).padStart(16, "0");
};

/** A class, because an accessor in an object literal is defined anew for every object, which costs a microsecond. */
class RequestCorrelation implements Correlation {
  readonly correlationId: string;
  readonly #traceId: string;
  #traceparent: string | undefined;

  constructor(correlationId: string, traceId: string, traceparent: string | undefined) {
    this.correlationId = correlationId;
    this.#traceId = traceId;
    this.#traceparent = traceparent;
  }

  /** Made on demand: only what is carried out passes it on. */
  get traceparent(): string {
    this.#traceparent ??= `00-${this.#traceId}-${nextId()}-01`;
    return this.#traceparent;
  }
}

/** Takes `x-correlation-id` and `traceparent` over if they are well-formed, and makes what is missing. */
export const correlate = (headers: { readonly [name: string]: string | string[] | undefined }): Correlation => {
  const { traceparent: sentTrace, "x-correlation-id": sentId } = headers;
  const sentTraceId = typeof sentTrace === "string" ? trace.exec(sentTrace)?.[1] : undefined;
  const traceId = sentTraceId ?? processId + nextId();
  const correlationId = typeof sentId === "string" && given.test(sentId) ? sentId : traceId;
  return new RequestCorrelation(correlationId, traceId, sentTraceId ? (sentTrace as string) : undefined);
};
