import {
  type Contract,
  changesPublished,
  errorCodes,
  errorDefinition,
  type Operation,
  type Problem,
  problemType,
} from "@nofx/contract-kit";
import { z } from "zod";
import { eventStreamType } from "./event-stream.ts";

/** Headers that an operation reads. */
export const requestHeaders = (operation: Operation): z.ZodObject | undefined => {
  const shape = {
    ...(operation.method === "GET" && {
      "If-None-Match": z
        .string()
        .optional()
        .meta({ description: "ETag of what you have; 304 if it is still the same" }),
    }),
    ...(operation.idempotent && {
      "Idempotency-Key": z
        .string()
        .min(1)
        .max(255)
        .optional()
        .meta({ description: "Makes a retry safe: the same key and body take effect once (24 hours)" }),
    }),
    ...(operation.ifMatch && {
      "If-Match": z
        .string()
        .optional()
        .meta({ description: "ETag of the state that the request is based on; 412 if it has changed" }),
    }),
    ...(operation.alternatives &&
      eventStreamType in operation.alternatives && {
        "Last-Event-ID": z.string().optional().meta({
          description: "Goes on behind this event of a stream that broke off; browsers send it by themselves",
        }),
      }),
  };
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
};

const responseHeaders = {
  "X-Correlation-Id": {
    description: "Finds the request in logs and audit entries; yours, if you sent one",
    schema: { type: "string" },
  },
  ETag: {
    description: "Strong validator of this answer, for `If-None-Match` and `If-Match`",
    schema: { type: "string" },
  },
  "NOFX-Change": {
    description: "Id of the change in the feed; absent if nothing changed",
    schema: { type: "string" },
  },
  "Idempotency-Replayed": {
    description: "`true`: the answer to an earlier request with the same Idempotency-Key",
    schema: { type: "string", const: "true" },
  },
  "Retry-After": { description: "Seconds to wait before the next try", schema: { type: "string" } },
  "WWW-Authenticate": { description: "How to authenticate (RFC 6750)", schema: { type: "string" } },
} as const;
type HeaderName = keyof typeof responseHeaders;

/** Headers that answers of the contract bear, described once. */
export const headersOf = ({ operations }: Contract) => {
  const isBorne = (name: string) => name !== "NOFX-Change" || Object.values(operations).some(changesPublished);
  return Object.fromEntries(Object.entries(responseHeaders).filter(([name]) => isBorne(name)));
};

/** Codes whose answers say how long to wait. */
const passing = new Set(["rate_limited", "unavailable", "idempotency_in_flight"]);

/** References to the headers of one answer. `codes`: of the problem, if it is one. */
export const headersFor = (operation: Operation, status: number, codes: readonly string[] = []) => {
  const isSuccess = status < 300;
  const borne: [boolean, HeaderName][] = [
    [true, "X-Correlation-Id"],
    [operation.method === "GET" && status < 400, "ETag"],
    [isSuccess && changesPublished(operation), "NOFX-Change"],
    [isSuccess && operation.idempotent === true, "Idempotency-Replayed"],
    [codes.some((code) => passing.has(code)), "Retry-After"],
    [codes.includes("unauthenticated"), "WWW-Authenticate"],
  ];
  return Object.fromEntries(
    borne.flatMap(([applies, name]) => (applies ? [[name, { $ref: `#/components/headers/${name}` as const }]] : [])),
  );
};

/** One problem per code that an operation of the contract may answer, as its body looks. */
export const problemExamples = (contract: Contract) => {
  const codes = new Set(Object.values(contract.operations).flatMap((operation) => errorCodes(operation)));
  return Object.fromEntries(
    [...codes].sort().map((code) => {
      const { title, status, description } = errorDefinition(contract.errors, code);
      const value: Problem = {
        type: problemType(code),
        title,
        status,
        detail: description,
        code,
        correlationId: "9c0f3d5e7a1b4c2d8e6f0a1b2c3d4e5f",
      };
      return [code, { summary: title, value }];
    }),
  );
};
