import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  coreErrors,
  defineErrors,
  errorCodes,
  errorDefinition,
  type Operation,
  operationFactory,
  pageQuery,
  rawContent,
  roles,
  scopes,
} from "./index.ts";

const own = defineErrors({ thing_not_found: { status: 404, title: "No such thing", description: "It is not there." } });
const least: Operation = {
  id: "getThing",
  method: "GET",
  path: "/things/{id}",
  tag: "Things",
  summary: "Get a thing",
  description: "One thing.",
  access: { anyone: true },
  success: { 200: z.object({}) },
  errors: [],
};
const always = ["request_invalid", "internal_error", "unavailable"];
const codesWith = (change: Partial<Operation>) => errorCodes({ ...least, ...change });

describe("the error codes of an operation", () => {
  it.each<[string, Partial<Operation>, string[]]>([
    ["read for anyone", {}, []],
    ["read with a scope", { access: { scope: "agents:read" } }, ["unauthenticated", "forbidden"]],
    [
      "read that anonymous callers may use too, as a token may lack the scope",
      { access: { scope: "agents:read", anonymous: true } },
      ["unauthenticated", "forbidden"],
    ],
    ["read for a kind of identity", { access: { kind: ["operator"] } }, ["unauthenticated", "forbidden"]],
    [
      "write that changes agents, as a token may be bound to others",
      { method: "DELETE", access: { scope: "agents:publish" } },
      ["unauthenticated", "forbidden", "agent_not_allowed", "rate_limited"],
    ],
    [
      "write that rates templates, as a workload's next token would rate once more",
      { method: "DELETE", access: { scope: "templates:rate" } },
      ["unauthenticated", "forbidden", "agent_not_allowed", "template_not_allowed", "rate_limited"],
    ],
    ["list with a cursor", { query: z.object(pageQuery) }, ["cursor_invalid"]],
    ["read with a query but no cursor", { query: z.object({ limit: pageQuery.limit }) }, []],
    ["write without a body", { method: "DELETE" }, ["rate_limited"]],
    [
      "write with a body",
      { method: "POST", body: z.object({}) },
      ["body_malformed", "payload_too_large", "media_type_unsupported", "rate_limited"],
    ],
    [
      "idempotent write",
      { method: "PUT", idempotent: true },
      ["idempotency_in_flight", "idempotency_key_reused", "rate_limited"],
    ],
    ["conditional write", { method: "PUT", ifMatch: true }, ["precondition_failed", "rate_limited"]],
    ["operation with errors of its own", { errors: ["thing_not_found"] }, ["thing_not_found"]],
  ])("follow from its shape: %s", (_shape, change, expected) => {
    expect([...codesWith(change)].sort()).toEqual([...always, ...expected].sort());
  });

  it("are all defined, each with its status", () => {
    const codes = codesWith({
      method: "POST",
      access: { scope: "agents:publish" },
      query: z.object(pageQuery),
      body: z.object({}),
      idempotent: true,
      ifMatch: true,
      errors: ["thing_not_found"],
    });
    expect(codes.map((code) => [code, errorDefinition(own, code).status])).toContainEqual(["thing_not_found", 404]);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe("errorDefinition", () => {
  it("looks into the contract's catalogue first, then into the core one", () => {
    expect(errorDefinition(own, "thing_not_found")).toBe(own.thing_not_found);
    expect(errorDefinition(own, "forbidden")).toBe(coreErrors.forbidden);
    const stricter = defineErrors({ forbidden: { ...coreErrors.forbidden, title: "Never" } });
    expect(errorDefinition(stricter, "forbidden").title).toBe("Never");
  });

  it("refuses a code that is in no catalogue", () => {
    expect(() => errorDefinition(own, "nonsense")).toThrow('"nonsense" is in no catalogue');
  });
});

describe("the core catalogue", () => {
  it.each(Object.entries(coreErrors))("%s has an error status, a title and a description", (code, definition) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(definition.status).toBeGreaterThanOrEqual(400);
    expect(definition.status).toBeLessThan(600);
    expect(definition.title).toMatch(/^[A-Z].*[^.]$/);
    expect(definition.description).toMatch(/\.$/);
  });
});

describe("declaring", () => {
  it("an operation gives back the very declaration", () => {
    const defineOperation = operationFactory(own);
    const declared = { ...least, errors: ["thing_not_found", "forbidden"] } as const;
    expect(defineOperation(declared)).toBe(declared);
  });

  it("an operation with a code of no catalogue is an error of types", () => {
    const defineOperation = operationFactory(own);
    // @ts-expect-error the code is in neither catalogue
    defineOperation({ ...least, errors: ["thing_lost"] });
  });

  it("raw content keeps its media type", () => {
    expect(rawContent("image/png", "A picture")).toEqual({
      raw: true,
      mediaType: "image/png",
      description: "A picture",
    });
  });
});

describe("roles", () => {
  it("grow from viewer to publisher to admin, who has every scope", () => {
    expect(roles.publisher).toEqual(expect.arrayContaining([...roles.viewer]));
    expect(roles.admin).toEqual([...scopes]);
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it("give nobody but admins the scopes that administer", () => {
    const administrative = scopes.filter((scope) => scope.endsWith(":admin") || scope === "audit:read");
    expect(roles.publisher.filter((scope) => administrative.includes(scope))).toEqual([]);
  });

  it("let viewers change nothing", () => {
    expect(roles.viewer.every((scope) => scope.endsWith(":read"))).toBe(true);
  });
});
