import { randomUUID } from "node:crypto";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("revokeToken", () => {
  it("200: the token stops working at once; again changes nothing", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    const { token, secret } = await unwrap(admin.createToken({ body: { name: "ci", role: "viewer" } }));
    const viewer = as({ tenant: "acme", token: secret });
    expect(await viewer.listAgents()).toMatchObject({ status: 200 });
    const first = await unwrap(admin.revokeToken({ tokenId: token.id }));
    expect(first.token.revokedAt).toBeDefined();
    expect(await viewer.listAgents()).toBeProblem(401, "unauthenticated");
    expect(await unwrap(admin.revokeToken({ tokenId: token.id }))).toEqual(first);
    expect(await database.query("SELECT FROM registry.audit_log WHERE action = 'token.revoked'")).toHaveLength(1);
  });

  it("404 token_not_found: absent, or another tenant's; 404 tenant_not_found", async () => {
    const { as, given, operator } = await registry();
    const admin = as(await given.admin("acme"));
    const other = as(await given.admin("globex"));
    const { token } = await unwrap(other.createToken({ body: { name: "ci", role: "viewer" } }));
    expect(await admin.revokeToken({ tokenId: randomUUID() })).toBeProblem(404, "token_not_found");
    expect(await admin.revokeToken({ tokenId: token.id })).toBeProblem(404, "token_not_found");
    expect(await admin.revokeToken({ tokenId: token.id, tenant: "globex" })).toBeProblem(404, "tenant_not_found");
    expect(await operator.revokeToken({ tokenId: token.id, tenant: "globex" })).toMatchObject({ status: 200 });
  });
});
