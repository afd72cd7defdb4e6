import {
  type Contract,
  defineErrors,
  Problem,
  page,
  pageQuery,
  problemMediaType,
  RawBody,
  rawContent,
  roles,
  type Scope,
} from "@nofx/contract-kit";
import type { LightMyRequestResponse } from "fastify";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { type Actor, answer, createLogger, createService, type Handler, mount } from "../src/index.ts";
import type { MountOptions } from "../src/mount.ts";
import type { ServiceOptions } from "../src/service.ts";

const common = { tag: "Things", summary: "Do it", description: "Does it.", errors: [] } as const;
const read = { scope: "agents:read", anonymous: true } as const;
const params = z.object({ id: z.string().max(20) });

const Thing = z.object({ id: z.string(), size: z.int().min(0) }).meta({ id: "Thing" });
export const thing = { id: "a", size: 1 };

export const thingErrors = defineErrors({
  thing_not_found: { status: 404, title: "No such thing", description: "There is no thing with that id." },
});

/** A contract with one operation of each shape. */
export const contract = {
  name: "things",
  title: "Things",
  description: "Things to test with.",
  version: "1.0.0",
  errors: thingErrors,
  tags: { Things: "What the tests are about." },
  operations: {
    getThing: {
      ...common,
      id: "getThing",
      method: "GET",
      path: "/things/{id}",
      access: read,
      params,
      success: { 200: Thing },
      errors: ["thing_not_found"],
    },
    listThings: {
      ...common,
      id: "listThings",
      method: "GET",
      path: "/things",
      access: read,
      query: z.object({ ...pageQuery, color: z.enum(["red", "blue"]).optional() }),
      success: { 200: page("things", Thing) },
    },
    createThing: {
      ...common,
      id: "createThing",
      method: "POST",
      path: "/things",
      access: { scope: "agents:publish" },
      query: z.object({ dryRun: z.enum(["true", "false"]).default("false") }),
      body: Thing,
      idempotent: true,
      success: { 201: Thing },
    },
    changeThing: {
      ...common,
      id: "changeThing",
      method: "PUT",
      path: "/things/{id}",
      access: { scope: "agents:publish" },
      params,
      body: Thing,
      ifMatch: true,
      success: { 200: Thing },
    },
    deleteThing: {
      ...common,
      id: "deleteThing",
      method: "DELETE",
      path: "/things/{id}",
      access: { kind: ["operator", "service"] },
      params,
      success: { 204: null },
    },
    judgeThing: {
      ...common,
      id: "judgeThing",
      method: "POST",
      path: "/judge",
      access: { anyone: true },
      body: Thing,
      bodyCheckedBy: "use-case",
      success: { 200: z.object({ seen: z.unknown() }) },
    },
    watchThings: {
      ...common,
      id: "watchThings",
      method: "GET",
      path: "/watch",
      access: { anyone: true },
      success: { 200: z.object({ things: z.array(Thing) }) },
      alternatives: { "text/plain": "One id a line", "text/event-stream": "Things as they come" },
      example: { answer: { things: [] } },
    },
    getFile: {
      ...common,
      id: "getFile",
      method: "GET",
      path: "/files/{path+}",
      access: { anyone: true },
      params: z.object({ path: z.string() }),
      success: { 200: rawContent("*/*", "Bytes") },
    },
    keepFile: {
      ...common,
      id: "keepFile",
      method: "POST",
      path: "/files",
      access: { scope: "agents:publish" },
      body: Thing,
      rawBodies: { "application/gzip": "A packed thing" },
      bodyBytesMax: 2 * 1024 * 1024,
      idempotent: true,
      success: { 200: z.object({ kept: z.string() }) },
    },
  },
} as const satisfies Contract;

type Operations = typeof contract.operations;
export type Handlers = { readonly [Id in keyof Operations]: Handler<Operations[Id]> };

const defaults: Handlers = {
  getThing: async (_ctx, { params: { id } }) => answer(200, { body: { ...thing, id } }),
  listThings: async () => answer(200, { body: { things: [thing] } }),
  createThing: async (_ctx, { body }) => answer(201, { body }),
  changeThing: async (_ctx, { body }) => answer(200, { body }),
  deleteThing: async () => answer(204, {}),
  judgeThing: async (_ctx, { body }) => answer(200, { body: { seen: body } }),
  watchThings: async () => answer(200, { body: { things: [thing] } }),
  getFile: async () => answer(200, { bytes: Buffer.from([0, 255]), mediaType: "image/png" }),
  keepFile: async (_ctx, { body }) =>
    answer(200, { body: { kept: body instanceof RawBody ? `${body.mediaType} ${body.bytes.length}` : body.id } }),
};

const actor = (kind: Actor["kind"], tenantId: string, subject: string, scopes: readonly Scope[] = []): Actor => ({
  kind,
  tenantId,
  subject,
  scopes: new Set(scopes),
});

/** Whom the tokens of the tests belong to; all others are not good. */
export const actors = new Map<string, Actor>([
  ["publisher", actor("member", "acme", "alice", roles.publisher)],
  ["viewer", actor("member", "acme", "victor", roles.viewer)],
  ["other", actor("member", "other", "olga", roles.publisher)],
  ["useless", actor("member", "acme", "ulf")],
  ["operator", actor("operator", "", "operator", roles.admin)],
  ["service", actor("service", "acme", "search", roles.admin)],
]);

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger whose lines the test can read. */
export const readableLog = () => {
  const lines: LogLine[] = [];
  const log = createLogger("things", "info", { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
};

export interface CallInput {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, or as it is if it is text or bytes. */
  readonly body?: unknown;
}

/** The service, closed after the test. */
export const startThings = async (
  handlers: Partial<Handlers> = {},
  options: Partial<ServiceOptions> & { readonly cached?: MountOptions } = {},
) => {
  const { log, lines } = readableLog();
  const { cached, ...serviceOptions } = options;
  const service = await createService({
    contract,
    log,
    authenticate: (token) => actors.get(token),
    checks: {},
    overloaded: () => false,
    writesPerMinuteMax: 0,
    ...serviceOptions,
  });
  const all: Handlers = { ...defaults, ...handlers };
  const { getThing, listThings, createThing, changeThing, deleteThing, judgeThing, watchThings, getFile, keepFile } =
    contract.operations;
  mount(service, getThing, all.getThing, cached);
  mount(service, listThings, all.listThings);
  mount(service, createThing, all.createThing);
  mount(service, changeThing, all.changeThing);
  mount(service, deleteThing, all.deleteThing);
  mount(service, judgeThing, all.judgeThing);
  mount(service, watchThings, all.watchThings, cached);
  mount(service, getFile, all.getFile);
  mount(service, keepFile, all.keepFile);
  const app = service.fastify;
  onTestFinished(() => app.close());
  const call = (method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE", url: string, input: CallInput = {}) =>
    app.inject({
      method,
      url,
      headers: {
        ...(input.token && { authorization: `Bearer ${input.token}` }),
        ...(input.body !== undefined && { "content-type": "application/json" }),
        ...input.headers,
      },
      ...(input.body !== undefined && {
        payload:
          typeof input.body === "string" || Buffer.isBuffer(input.body) ? input.body : JSON.stringify(input.body),
      }),
    });
  return { app, service, call, lines };
};

/** Expects a well-formed problem (RFC 9457) of this status and code, and gives it. */
export const problemOf = (response: LightMyRequestResponse, status: number, code: string): Problem => {
  expect(response.headers["content-type"]).toBe(`${problemMediaType}; charset=utf-8`);
  const problem = Problem.parse(response.json());
  expect([response.statusCode, problem.status, problem.code]).toEqual([status, status, code]);
  expect(problem.type).toBe(`urn:nofx:error:${code}`);
  expect(problem.correlationId).toBe(response.headers["x-correlation-id"]);
  expect(response.headers["cache-control"]).toBe("no-store");
  return problem;
};
