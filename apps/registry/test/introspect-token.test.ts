import { unwrap } from "@nofx/client";
import { introspectingAuthenticator } from "@nofx/track-kit";
import { describe, expect, it } from "vitest";
import { operatorToken, registry } from "./registry.ts";

describe("introspectToken", () => {
  it("200: what a good token may do, for services and the operator", async () => {
    const { as, given, operator } = await registry();
    const viewer = await given.person("viewer", "acme");
    const service = as(await given.service());
    const expected = {
      active: true,
      tenant: "acme",
      kind: "member",
      scope: "agents:read templates:read feed:read",
      sub: expect.stringMatching(/^token:/),
      exp: expect.any(Number),
    };
    expect(await unwrap(service.introspectToken({ body: { token: viewer.token } }))).toEqual(expected);
    const self = await unwrap(operator.introspectToken({ body: { token: operatorToken } }));
    expect(self).toEqual({ active: true, kind: "operator", sub: "operator", scope: "tokens:admin" });
  });

  it("200 inactive: unknown, revoked and expired tokens, and nothing else is told", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const { as, given, operator } = await registry({}, { now: () => now });
    const tenant = await given.tenant();
    const issue = async () =>
      unwrap(operator.createToken({ body: { name: "x", role: "viewer", tenant, expiresInDays: 1 } }));
    const [revoked, expiring] = [await issue(), await issue()];
    await unwrap(operator.revokeToken({ tokenId: revoked.token.id, tenant }));
    const viewer = as({ tenant, token: expiring.secret });
    expect(await viewer.listAgents()).toMatchObject({ status: 200 });
    now = new Date("2026-01-02T00:00:01Z");
    expect(await viewer.listAgents()).toBeProblem(401, "unauthenticated");
    for (const token of [revoked.secret, expiring.secret, "nofx_unknown", "garbage", `nofx_${"a".repeat(43)}`]) {
      expect(await unwrap(operator.introspectToken({ body: { token } }))).toEqual({ active: false });
    }
  });

  it("403 forbidden: not even for a tenant's administrator", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.introspectToken({ body: { token: "x" } })).toBeProblem(403, "forbidden");
  });

  it("200: another service that asks knows callers as this one does, and asks in vain with a token of no service", async () => {
    const { as, given, operator, deps } = await registry();
    const asking = (client: typeof operator) =>
      introspectingAuthenticator((token) => client.introspectToken({ body: { token } }), deps.log);
    const authenticate = asking(as(await given.service()));
    const order = { name: "bound", role: "publisher" as const, tenant: await given.tenant(), agents: ["greeter"] };
    const bound = await unwrap(operator.createToken({ body: order }));
    const templates = { ...order, agents: undefined, templates: ["release-notes"] };
    const boundToTemplates = await unwrap(operator.createToken({ body: templates }));
    for (const token of [bound.secret, boundToTemplates.secret, (await given.service()).token, operatorToken]) {
      const known = await deps.authenticate(token);
      const expiresAt = known?.expiresAt && { expiresAt: Math.floor(known.expiresAt / 1000) * 1000 };
      expect(await authenticate(token)).toEqual({ ...known, ...expiresAt });
    }
    expect(await authenticate("garbage")).toBeUndefined();
    const admin = asking(as(await given.admin()));
    await expect(admin(bound.secret)).rejects.toMatchObject({ code: "unavailable", status: 503 });
  });
});
