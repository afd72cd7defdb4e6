import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("createTenant", () => {
  it("201: the operator creates it, and its audit log begins", async () => {
    const { operator, database } = await registry();
    expect(await operator.createTenant({ body: { id: "acme", name: "Acme" } })).toMatchObject({
      status: 201,
      body: { tenant: { id: "acme", name: "Acme" } },
    });
    expect(await database.query("SELECT tenant_id, action FROM registry.audit_log")).toEqual([
      { tenant_id: "acme", action: "tenant.created" },
    ]);
  });

  it("201 replayed with the same Idempotency-Key; 409 tenant_exists without", async () => {
    const { operator } = await registry();
    const body = { id: "acme", name: "Acme" };
    await operator.createTenant({ body }, { idempotencyKey: "k" });
    expect(await operator.createTenant({ body }, { idempotencyKey: "k" })).toMatchObject({ status: 201 });
    expect(await operator.createTenant({ body })).toBeProblem(409, "tenant_exists");
  });
});
