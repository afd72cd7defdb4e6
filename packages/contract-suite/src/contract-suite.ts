import { type Contract, coreErrors, errorCodes, errorDefinition, type Operation } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";

/** What a contract does otherwise, each for a reason that its own tests give. */
export interface Exceptions {
  /** Writes that take no Idempotency-Key. */
  readonly withoutIdempotencyKey?: ReadonlySet<string>;
  /** Writes that need no token. */
  readonly openWrites?: ReadonlySet<string>;
  /** Tag → the addresses of its operations, where they are not under /api. */
  readonly addresses?: Readonly<Record<string, RegExp>>;
}

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name ?? "").sort();
const keysOf = (schema: Operation["params"]): string[] => Object.keys(schema?.shape ?? {}).sort();
const underApi = /^\/api(?:\/(?:[a-z-]+|\{\w+\}))+(?:\/\{\w+\+\})?$/;

/** Declares what holds for every contract: names, addresses, errors, examples, and who may call what how. */
export const contractSuite = (contract: Contract, exceptions: Exceptions = {}): void => {
  const { withoutIdempotencyKey = new Set(), openWrites = new Set(), addresses = {} } = exceptions;
  const operations: [string, Operation][] = Object.entries(contract.operations);

  describe("the contract", () => {
    it("has no two operations with the same method and address, whatever their parameters are called", () => {
      const addresses = operations.map(([, { method, path }]) => `${method} ${path.replace(/\{\w+\+?\}/g, "{}")}`);
      expect(new Set(addresses).size).toBe(addresses.length);
    });

    it("defines no code that it never answers, and none that the core defines", () => {
      const answered = new Set(operations.flatMap(([, operation]) => errorCodes(operation)));
      const defined = Object.keys(contract.errors);
      expect(defined.filter((code) => !answered.has(code))).toEqual([]);
      expect(defined.filter((code) => code in coreErrors)).toEqual([]);
    });
  });

  describe("the tags", () => {
    it("are those of the operations, each described", () => {
      const used = new Set(operations.map(([, { tag }]) => tag));
      expect(Object.keys(contract.tags).sort()).toEqual([...used].sort());
      for (const description of Object.values(contract.tags)) expect(description).toMatch(/^[A-Z].*\.$/);
    });
  });

  describe.each(Object.entries(contract.errors))("error %s", (code, definition) => {
    it("has a lasting name, an error status, a title without and a description with a full stop", () => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(definition.status).toBeGreaterThanOrEqual(400);
      expect(definition.status).toBeLessThan(600);
      expect(definition.title).toMatch(/^[A-Z].*[^.]$/);
      expect(definition.description).toMatch(/^[A-Z`].*\.$/);
    });
  });

  describe.each(operations)("operation %s", (key, operation) => {
    it("has the id that it is called by", () => {
      expect(operation.id).toBe(key);
    });

    it("answers only errors of a catalogue, each named once", () => {
      const codes = errorCodes(operation);
      for (const code of codes) expect(errorDefinition(contract.errors, code).status).toBeGreaterThan(399);
      expect(new Set(operation.errors).size).toBe(operation.errors.length);
    });

    it("declares exactly the parameters of its path", () => {
      expect(keysOf(operation.params)).toEqual(namesIn(operation.path));
    });

    it("has no query parameter that is called like a path parameter, nor one called body", () => {
      const names = [...keysOf(operation.params), ...keysOf(operation.query), "body"];
      expect(new Set(names).size).toBe(names.length);
    });

    it("has an address under /api that the router can tell from others, or one where its callers look", () => {
      expect(operation.path).toMatch(addresses[operation.tag] ?? underApi);
    });

    it("reads without a body, and writes idempotently or for a documented reason not", () => {
      const { method, body, idempotent, ifMatch } = operation;
      if (method === "GET") expect([body, idempotent, ifMatch]).toEqual([undefined, undefined, undefined]);
      else if (method === "DELETE") expect(idempotent).toBeUndefined();
      else expect(idempotent === true).toBe(!withoutIdempotencyKey.has(operation.id));
    });

    it("succeeds with at least one 2xx status", () => {
      const statuses = Object.keys(operation.success).map(Number);
      expect(statuses.length).toBeGreaterThan(0);
      expect(statuses.every((status) => status >= 200 && status < 300)).toBe(true);
    });

    it("has a summary without and a description with a full stop", () => {
      expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(operation.description).toMatch(/^[A-Z].*\.$/);
    });

    it("has an example that fits it", () => {
      const { example, params, query, body, success } = operation;
      if (!example) throw new Error("no example");
      const { body: sent, ...named } = { body: undefined, ...example.arguments };
      const known = z.strictObject({ ...params?.shape, ...query?.shape });
      expect(known.safeParse(named).error?.issues).toBeUndefined();
      expect(body?.safeParse(sent).error?.issues).toBeUndefined();
      const [answer] = Object.values(success);
      if (!answer || "raw" in answer) expect(example.answer).toBeUndefined();
      else expect(answer.parse(example.answer)).toEqual(example.answer);
      for (const [status, further] of Object.entries(example.also ?? {})) {
        expect((success[Number(status)] as z.ZodType).parse(further)).toEqual(further);
      }
    });

    it("is open to anonymous callers only if it changes nothing", () => {
      const { access, method } = operation;
      const isOpen = "anyone" in access || ("anonymous" in access && access.anonymous === true);
      expect(isOpen && method !== "GET" && !openWrites.has(operation.id)).toBe(false);
    });
  });
};
