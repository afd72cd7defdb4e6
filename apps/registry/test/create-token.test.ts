import { createHash } from "node:crypto";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("createToken", () => {
  it("201: the secret works, is shown once, and only its hash is stored", async () => {
    const { as, given, database, logged } = await registry();
    const admin = as(await given.admin("acme"));
    const { token, secret } = await unwrap(
      admin.createToken({ body: { name: "ci", role: "publisher", expiresInDays: 7 } }),
    );
    expect(secret).toMatch(/^nofx_[A-Za-z0-9_-]{43}$/);
    expect(token).toMatchObject({ tenant: "acme", name: "ci", kind: "member" });
    expect(Date.parse(token.expiresAt) - Date.parse(token.createdAt)).toBe(7 * 24 * 3600 * 1000);
    expect(await as({ tenant: "acme", token: secret }).publishAgent({ body: given.manifest() })).toMatchObject({
      status: 201,
    });
    const rows = await database.query<{ secret_hash: Buffer }>("SELECT * FROM registry.api_tokens WHERE id = $1", [
      token.id,
    ]);
    expect(rows[0]?.secret_hash).toEqual(createHash("sha256").update(secret).digest());
    const everything = JSON.stringify([rows, await database.query("SELECT * FROM registry.audit_log")]) + logged();
    expect(everything).not.toContain(secret);
  });

  it("422 scope_exceeded: nobody gives away more than they have", async () => {
    const { as, given, operator } = await registry();
    const tenant = await given.tenant();
    const narrow = await unwrap(
      operator.createToken({ body: { name: "narrow", tenant, scopes: ["tokens:admin", "agents:read"] } }),
    );
    const issuer = as({ tenant, token: narrow.secret });
    const refused = await issuer.createToken({ body: { name: "wide", role: "admin" } });
    expect(refused).toBeProblem(422, "scope_exceeded");
    expect(await issuer.createToken({ body: { name: "same", scopes: ["agents:read"] } })).toMatchObject({
      status: 201,
    });
  });

  it("404 tenant_not_found: for the operator if it does not exist, for others if it is not theirs", async () => {
    const { as, given, operator } = await registry();
    await given.tenant("globex");
    const admin = as(await given.admin("acme"));
    expect(await operator.createToken({ body: { name: "x", role: "viewer", tenant: "nobody" } })).toBeProblem(
      404,
      "tenant_not_found",
    );
    expect(await admin.createToken({ body: { name: "x", role: "viewer", tenant: "globex" } })).toBeProblem(
      404,
      "tenant_not_found",
    );
    expect(await admin.createToken({ body: { name: "x", role: "viewer", tenant: "acme" } })).toMatchObject({
      status: 201,
    });
  });

  it("400 request_invalid: the operator names a tenant; either role or scopes", async () => {
    const { as, given, operator } = await registry();
    const admin = as(await given.admin());
    expect(await operator.createToken({ body: { name: "x", role: "viewer" } })).toBeProblem(400, "request_invalid");
    expect(await admin.createToken({ body: { name: "x" } })).toBeProblem(400, "request_invalid");
    expect(await admin.createToken({ body: { name: "x", role: "viewer", scopes: ["agents:read"] } })).toBeProblem(
      400,
      "request_invalid",
    );
  });

  it("403 forbidden: service tokens come from the operator", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.createToken({ body: { name: "x", role: "viewer", kind: "service" } })).toBeProblem(
      403,
      "forbidden",
    );
  });
});
