import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Change,
  type Contract,
  changeOperations,
  defineErrors,
  page,
  pageQuery,
  problemType,
  rawContent,
} from "@nofx/contract-kit";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { z } from "zod";
import { type Client, createClient } from "../src/index.ts";

const shared = { tag: "Things", summary: "Do", description: "Does.", access: { anyone: true }, errors: [] } as const;
export const Thing = z.object({ id: z.string(), size: z.number() });
const example: Change = {
  id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f",
  cursor: "epoch:1",
  tenant: "acme",
  visibility: "private",
  type: "thing.made",
  resourceType: "thing",
  resourceId: "a",
  data: {},
  at: "2026-11-22T09:30:00.000Z",
  correlationId: "c",
};
const { listChanges } = changeOperations({ name: "", path: "/changes", tag: "Things", example });
/** The change at a position of the feed. */
export const changeAt = (position: number): Change => ({ ...example, cursor: `epoch:${position}` });

export const contract = {
  name: "things",
  title: "Things",
  description: "Things.",
  version: "1.0.0",
  errors: defineErrors({ thing_broken: { status: 409, title: "It is broken", description: "Mend it." } }),
  tags: { Things: "What the tests are about." },
  operations: {
    listChanges,
    listThings: {
      ...shared,
      id: "listThings",
      method: "GET",
      path: "/things",
      query: z.object({ ...pageQuery, tag: z.union([z.string(), z.array(z.string())]).optional() }),
      success: { 200: page("things", Thing) },
    },
    getThing: {
      ...shared,
      id: "getThing",
      method: "GET",
      path: "/things/{id}",
      params: z.object({ id: z.string() }),
      query: z.object({ tenant: z.string().optional() }),
      success: { 200: Thing },
    },
    putThing: {
      ...shared,
      id: "putThing",
      method: "PUT",
      path: "/things/{id}",
      errors: ["thing_broken"],
      params: z.object({ id: z.string() }),
      body: Thing,
      idempotent: true,
      ifMatch: true,
      rawBodies: { "application/gzip": "A packed thing" },
      success: { 200: Thing, 201: Thing },
    },
    deleteThing: {
      ...shared,
      id: "deleteThing",
      method: "DELETE",
      path: "/things/{id}",
      params: z.object({ id: z.string() }),
      success: { 204: null },
    },
    emptyThings: { ...shared, id: "emptyThings", method: "POST", path: "/things/empty", success: { 200: null } },
    getFile: {
      ...shared,
      id: "getFile",
      method: "GET",
      path: "/files/{path+}",
      params: z.object({ path: z.string() }),
      success: { 200: rawContent("*/*", "Bytes") },
    },
  },
} as const satisfies Contract;

export type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void;
export const thing = { id: "a", size: 1 };
export const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Respond =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

/** Answers one after the other; the last one from then on. */
export const inTurn = (...responds: readonly [Respond, ...Respond[]]): Respond => {
  let count = 0;
  return (...given) => responds[Math.min(count++, responds.length - 1)]?.(...given);
};
/** A problem of the contract, as services answer it. */
export const refusal = (status: number, code: string, headers: Record<string, string> = {}): Respond =>
  json(
    status,
    { type: problemType(code), title: "Refused", status, code, correlationId: "c" },
    { "content-type": "application/problem+json", ...headers },
  );

/** The other end of the wire: answers as the test says, and remembers what it was asked. */
interface Wire {
  baseUrl: string;
  things: Client<typeof contract>;
  respond: Respond;
  seen: { method?: string | undefined; url?: string | undefined; headers: IncomingMessage["headers"]; body: string }[];
}

/** A server for the tests of one file; before each of them it answers with `thing` and has seen nothing. */
export const useServer = (): Wire => {
  const wire = {} as Wire;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    wire.seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    wire.respond(request, response, body);
  });
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    wire.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    wire.things = createClient(contract, { baseUrl: wire.baseUrl });
  });
  beforeEach(() => {
    wire.seen = [];
    wire.respond = json(200, thing);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return wire;
};
