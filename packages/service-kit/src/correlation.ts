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

/** Takes `x-correlation-id` and `traceparent` over if they are well-formed, and makes what is missing. */
export const correlate = (headers: { readonly [name: string]: string | string[] | undefined }): Correlation => {
  const { traceparent: sentTrace, "x-correlation-id": sentId } = headers;
  const traceId = typeof sentTrace === "string" ? trace.exec(sentTrace)?.[1] : undefined;
  const ownTraceId = traceId ?? processId + nextId();
  let traceparent = traceId && (sentTrace as string);
  return {
    correlationId: typeof sentId === "string" && given.test(sentId) ? sentId : ownTraceId,
    // Made on demand: only what is carried out passes it on.
    get traceparent() {
      traceparent ??= `00-${ownTraceId}-${nextId()}-01`;
      return traceparent;
    },
  };
};
