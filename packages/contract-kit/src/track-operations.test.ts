import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import {
  auditOperations,
  type Change,
  changeOperations,
  errorCodes,
  errorDefinition,
  type Operation,
} from "./index.ts";

const hash = `sha256:${"ab".repeat(32)}`;
const seal = { position: 7, hash, previousHash: `sha256:${"cd".repeat(32)}` };
const common = {
  resourceType: "thing",
  resourceId: "lamp",
  at: "2026-11-22T09:30:00.000Z",
  correlationId: "request-1",
};
const entry = { ...common, id: "12", actor: "token:1", action: "thing.made", details: {}, seal };
const change: Change = {
  ...common,
  id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f",
  cursor: "epoch-1:42",
  tenant: "acme",
  visibility: "private",
  type: "thing.made",
  data: {},
};

const example = { entry, since: "2026-11-01T00:00:00.000Z", head: { position: 3, hash } };
const audit = auditOperations({ name: "Thing", path: "/api/things/audit", tag: "Audit of things", example });
const changes = changeOperations({ name: "Thing", path: "/api/things/changes", tag: "Feed", example: change });
const operations: Operation[] = Object.values({ ...audit, ...changes });

describe("the operations of a service's audit log and change feed", () => {
  it("have ids, addresses and tags of the service", () => {
    expect(operations.map(({ id, method, path, tag }) => [id, `${method} ${path}`, tag])).toEqual([
      ["listThingAudit", "GET /api/things/audit", "Audit of things"],
      ["verifyThingAudit", "GET /api/things/audit/verify", "Audit of things"],
      ["exportThingAudit", "GET /api/things/audit/export", "Audit of things"],
      ["listThingChanges", "GET /api/things/changes", "Feed"],
      ["renewThingFeedEpoch", "POST /api/things/changes/epoch", "Feed"],
    ]);
  });

  it("may go without a name", () => {
    expect(auditOperations({ name: "", path: "/audit", tag: "Audit", example }).listAudit.id).toBe("listAudit");
  });

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    "%s answers only core errors",
    (_id, operation) => {
      for (const code of errorCodes(operation)) expect(errorDefinition({}, code).status).toBeGreaterThanOrEqual(400);
    },
  );

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    "%s has an example that fits it",
    (_id, { query, body, success, example: { arguments: given = {}, answer } = {} }) => {
      const { body: sent, ...asked } = { body: undefined, ...given };
      expect(query?.safeParse(asked).error).toBeUndefined();
      expect(body?.safeParse(sent).error).toBeUndefined();
      const schema = success[200];
      if (schema && !("raw" in schema)) expect(schema.parse(answer)).toEqual(answer);
    },
  );

  it("show the service's own change, and the epoch that its cursor begins with", () => {
    expect(changes.listChanges.example.answer).toEqual({ changes: [change], next: "epoch-1:42" });
    expect(changes.renewFeedEpoch.example.answer).toEqual({ epoch: "epoch-1" });
  });

  it("keep their types", () => {
    expectTypeOf(audit.listAudit.id).toEqualTypeOf<"listThingAudit">();
    expectTypeOf<z.output<(typeof changes.listChanges.success)[200]>>().toEqualTypeOf<{
      changes: Change[];
      next: string;
    }>();
    expectTypeOf<z.input<typeof changes.renewFeedEpoch.body>>().toEqualTypeOf<{ reason: string }>();
  });
});
