import { createHash } from "node:crypto";
import { type Operation, RawBody } from "@nofx/contract-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Once } from "./context.ts";
import { coreProblem } from "./http-problem.ts";

const keyPattern = /^[\x21-\x7e]{1,255}$/;

const parts = (body: unknown): [string, string | Uint8Array] =>
  body instanceof RawBody ? [`${body.mediaType}\n`, body.bytes] : ["", JSON.stringify(body ?? null)];

/** What `Idempotency-Key` asks for; undefined without the header, and where the operation does not accept it. */
export const onceOf = (operation: Operation, request: FastifyRequest, reply: FastifyReply): Once | undefined => {
  if (!operation.idempotent) return undefined;
  const key = request.headers["idempotency-key"] ?? request.headers["x-idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !keyPattern.test(key)) {
    const message = "Use 1–255 visible ASCII characters";
    throw coreProblem("request_invalid", {
      errors: [{ path: "$.headers['idempotency-key']", message, code: "invalid_format" }],
    });
  }
  const [form, content] = parts(request.body);
  return {
    operation: operation.id,
    key,
    fingerprint: createHash("sha256").update(`${request.method} ${request.url}\n${form}`).update(content).digest("hex"),
    replayed: () => void reply.header("idempotency-replayed", "true"),
    inFlight: () => {
      throw coreProblem("idempotency_in_flight", { headers: { "retry-after": "1" } });
    },
    reused: () => {
      throw coreProblem("idempotency_key_reused");
    },
  };
};
