import type { OutgoingHttpHeaders } from "node:http";
import { pipeline, Readable } from "node:stream";
import { type Operation, problemMediaType } from "@nofx/contract-kit";
import fastJson from "fast-json-stringify";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Answer, hashOf, noneMatch } from "./answer.ts";
import type { Correlation } from "./correlation.ts";
import { type HttpProblem, problemBody } from "./http-problem.ts";
import type { FinishedAnswer } from "./response-cache.ts";

/** Writes the JSON bodies of an operation's answers, by status. */
export type Serializers = ReadonlyMap<number, Serializer>;

type Serializer = (value: unknown) => string;

const compiled = new WeakMap<z.ZodType, Serializer>();

/** Compiled once per schema: the time of JSON.stringify through Zod is 10 times that of this. */
const serializerOf = (schema: z.ZodType): Serializer => {
  const known = compiled.get(schema);
  if (known) return known;
  const jsonSchema = z.toJSONSchema(schema, { io: "output", target: "draft-7" });
  const serializer = fastJson(jsonSchema as fastJson.AnySchema) as Serializer;
  compiled.set(schema, serializer);
  return serializer;
};

export const serializersOf = (operation: Operation): Serializers => {
  const entries = Object.entries(operation.success).flatMap(([status, content]) =>
    content !== null && !("raw" in content) ? [[Number(status), serializerOf(content)] as const] : [],
  );
  return new Map(entries);
};

interface AnyContent {
  readonly body?: unknown;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly stream?: AsyncIterable<string | Uint8Array>;
  readonly mediaType?: string;
}

/** A result that an earlier release has kept may lack what answers of this one must have: it is told as it was then. */
const asKept = (serialize: Serializer | undefined, body: unknown): string | undefined => {
  try {
    return serialize?.(body);
  } catch {
    return JSON.stringify(body);
  }
};

/** Turns what a handler answered into status, headers and bytes. */
export const finish = <Op extends Operation>(
  answer: Answer<Op>,
  serializers: Serializers,
  operation: Operation,
  isReplayed: boolean,
): FinishedAnswer => {
  const content = answer as AnyContent;
  const headers: Record<string, string> = { "content-type": content.mediaType ?? "application/json; charset=utf-8" };
  if (content.stream) {
    Object.assign(headers, { "cache-control": "no-store", "x-accel-buffering": "no" }, answer.headers);
    return { status: answer.status, headers, bytes: Buffer.alloc(0), stream: content.stream };
  }
  const serialize = serializers.get(answer.status);
  const json = () => (isReplayed ? asKept(serialize, content.body) : serialize?.(content.body));
  const bytes = content.bytes ?? Buffer.from(content.text ?? json() ?? "");
  if (operation.method === "GET") {
    headers["cache-control"] = "private, no-cache";
    headers.vary = operation.alternatives ? "authorization, accept" : "authorization";
    headers.etag = `"${answer.etag ?? (answer.revision ? `${answer.revision}.` : "") + hashOf(bytes)}"`;
  }
  return { status: answer.status, headers: Object.assign(headers, answer.headers), bytes };
};

/** Sends a stream past Fastify, which would end the answer when the handler is done. A reader's hang-up ends the stream. */
const sendStream = (
  reply: FastifyReply,
  { status }: FinishedAnswer,
  stream: AsyncIterable<string | Uint8Array>,
): void => {
  const headers = reply.getHeaders();
  reply.hijack();
  reply.raw.writeHead(status, headers as OutgoingHttpHeaders);
  pipeline(Readable.from(stream), reply.raw, () => undefined);
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
  if (answer.stream && request.method === "GET") sendStream(reply, answer, answer.stream);
  else void reply.code(answer.status).send(answer.bytes);
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

/** Sends a problem, with further members if there are any, and gives its status. */
export const sendProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
  correlation: Correlation,
  members: Readonly<Record<string, unknown>> = {},
): number => {
  const [path = "/"] = request.url.split("?");
  void reply
    .code(problem.status)
    .headers({ "x-correlation-id": correlation.correlationId, "cache-control": "no-store", ...problem.details.headers })
    .type(problemMediaType)
    .send(JSON.stringify({ ...members, ...problemBody(problem, path, correlation.correlationId) }));
  return problem.status;
};
