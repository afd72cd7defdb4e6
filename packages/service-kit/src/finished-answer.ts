import { type Operation, problemMediaType } from "@nofx/contract-kit";
import fastJson from "fast-json-stringify";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Answer, hashOf, noneMatch } from "./answer.ts";
import type { Correlation } from "./correlation.ts";
import { type HttpProblem, problemBody } from "./http-problem.ts";
import type { FinishedAnswer } from "./response-cache.ts";

/** Writes the JSON bodies of an operation's answers, by status. */
export type Serializers = ReadonlyMap<number, (value: unknown) => string>;

/** Compiled once per schema: the time of JSON.stringify through Zod is 10 times that of this. */
const serializerOf = (schema: z.ZodType): ((value: unknown) => string) => {
  const jsonSchema = z.toJSONSchema(schema, { io: "output", target: "draft-7" });
  return fastJson(jsonSchema as fastJson.AnySchema) as (value: unknown) => string;
};

export const serializersOf = (operation: Operation): Serializers => {
  const entries = Object.entries(operation.success).flatMap(([status, content]) =>
    content !== null && !("raw" in content) ? [[Number(status), serializerOf(content)] as const] : [],
  );
  return new Map(entries);
};

/** Turns what a handler answered into status, headers and bytes. */
export const finish = <Op extends Operation>(
  answer: Answer<Op>,
  serializers: Serializers,
  isRead: boolean,
): FinishedAnswer => {
  const content = answer as { body?: unknown; text?: string; bytes?: Buffer; mediaType?: string };
  const bytes = content.bytes ?? Buffer.from(content.text ?? serializers.get(answer.status)?.(content.body) ?? "");
  const headers: Record<string, string> = { "content-type": content.mediaType ?? "application/json; charset=utf-8" };
  if (isRead) {
    headers["cache-control"] = "private, no-cache";
    headers.vary = "authorization";
    headers.etag = `"${answer.etag ?? (answer.revision ? `${answer.revision}.` : "") + hashOf(bytes)}"`;
  }
  return { status: answer.status, headers: Object.assign(headers, answer.headers), bytes };
};

/** Sends a finished answer, or 304 to who has it already. Gives the status. */
export const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  answer: FinishedAnswer,
  correlation: Correlation,
): number => {
  const { etag } = answer.headers;
  void reply.headers(answer.headers).header("x-correlation-id", correlation.correlationId);
  if (etag !== undefined && request.method === "GET" && noneMatch(request.headers["if-none-match"], etag)) {
    void reply.code(304).send();
    return 304;
  }
  void reply.code(answer.status).send(answer.bytes);
  return answer.status;
};

/**
 * Sends an answer from the cache, past Fastify: its bookkeeping for a reply would take a third of the whole request.
 * Head first, then the hijack: a head that cannot be written is still Fastify's to answer.
 */
export const sendAgain = (
  request: FastifyRequest,
  reply: FastifyReply,
  answer: FinishedAnswer,
  correlation: Correlation,
): number => {
  if (request.method !== "GET" || request.headers["if-none-match"] !== undefined) {
    return send(request, reply, answer, correlation);
  }
  const own = { "x-correlation-id": correlation.correlationId, "content-length": answer.bytes.length };
  reply.raw.writeHead(answer.status, { ...answer.headers, ...own });
  reply.hijack();
  reply.raw.end(answer.bytes);
  return answer.status;
};

/** Sends a problem and gives its status. */
export const sendProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
  correlation: Correlation,
): number => {
  const [path = "/"] = request.url.split("?");
  void reply
    .code(problem.status)
    .headers({ "x-correlation-id": correlation.correlationId, "cache-control": "no-store", ...problem.details.headers })
    .type(problemMediaType)
    .send(JSON.stringify(problemBody(problem, path, correlation.correlationId)));
  return problem.status;
};
