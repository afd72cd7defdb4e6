import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { readEnv } from "../src/index.ts";
import { operatorToken, registry } from "./registry.ts";

const [old, fresh] = ["old-service-token-0123456789abcdef", "new-service-token-0123456789abcdef"];
const nobody = { tenant: "", token: "other-service-token-0123456789abcdef" };

describe("a service's token of the configuration", () => {
  it("is good without being issued: introspected as a service's, of no tenant, without an end", async () => {
    const { as } = await registry({ SERVICE_TOKEN: old });
    const service = as({ tenant: "", token: old });
    expect(await unwrap(service.introspectToken({ body: { token: old } }))).toEqual({
      active: true,
      kind: "service",
      sub: "service",
      scope: "agents:read templates:read feed:read",
    });
    expect(await unwrap(service.getWhoami())).toEqual({
      kind: "service",
      subject: "service",
      scopes: ["agents:read", "templates:read", "feed:read"],
    });
  });

  it("reads what every tenant has, also in private, and its feed", async () => {
    const { as, given } = await registry({ SERVICE_TOKEN: old });
    const alice = await given.publisher();
    await unwrap(as(alice).publishAgent({ body: given.manifest({ agentId: "greeter" }) }));
    const service = as({ tenant: "", token: old });
    expect(await service.getAgent({ agentId: "greeter", tenant: alice.tenant })).toMatchObject({ status: 200 });
    expect((await unwrap(service.listTenants())).tenants.map(({ id }) => id)).toEqual([alice.tenant]);
    await expect
      .poll(async () => (await unwrap(service.listChanges())).changes.map(({ tenant }) => tenant))
      .toContain(alice.tenant);
  });

  it("403 forbidden: it writes nothing, and issues no tokens", async () => {
    const { as, given } = await registry({ SERVICE_TOKEN: old });
    const service = as({ tenant: "", token: old });
    expect(await service.publishAgent({ body: given.manifest() })).toBeProblem(403, "forbidden");
    const order = { name: "x", role: "viewer" as const, tenant: await given.tenant() };
    expect(await service.createToken({ body: order })).toBeProblem(403, "forbidden");
    expect(await service.createTenant({ body: { id: "globex", name: "x" } })).toBeProblem(403, "forbidden");
  });

  it("may be two at a time, of the services and of the operator, and no other is good", async () => {
    const tokens = { SERVICE_TOKEN: `${old}, ${fresh}`, BOOTSTRAP_TOKEN: `${operatorToken}\n${"o".repeat(32)}\n` };
    const { as } = await registry(tokens);
    const kindOf = async (token: string) => (await unwrap(as({ tenant: "", token }).getWhoami())).kind;
    expect(await Promise.all([old, fresh, operatorToken, "o".repeat(32)].map(kindOf))).toEqual([
      "service",
      "service",
      "operator",
      "operator",
    ]);
    for (const token of [nobody.token, tokens.SERVICE_TOKEN.replace(" ", ""), old.slice(1), `${old}x`]) {
      expect(await as({ tenant: "", token }).getWhoami()).toBeProblem(401, "unauthenticated");
    }
  });

  it("is nobody's where none is configured", async () => {
    const { as } = await registry();
    expect(await as(nobody).getWhoami()).toBeProblem(401, "unauthenticated");
  });

  it("is refused where it is short, or the operator's", () => {
    const url = { DATABASE_URL: "postgres://nofx@localhost/nofx" };
    expect(() => readEnv({ ...url, SERVICE_TOKEN: `${old},short` })).toThrow(
      /SERVICE_TOKEN\.1: needs at least 32 characters$/,
    );
    expect(() => readEnv({ ...url, SERVICE_TOKEN: `${fresh},${old}`, BOOTSTRAP_TOKEN: old })).toThrow(
      /SERVICE_TOKEN: is the operator's, too, who may do more$/,
    );
    expect(readEnv({ ...url, BOOTSTRAP_TOKEN: " , " }).BOOTSTRAP_TOKEN).toEqual([]);
  });
});
