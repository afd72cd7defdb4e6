import { unwrap } from "@nofx/client";
import type { Operation } from "@nofx/contract-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { argumentsFor, callAny, operations, type Target } from "./calls.ts";
import { registry, type TestRegistry } from "./registry.ts";

const target: Target = {
  tenant: "acme",
  agentId: "greeter",
  version: "1.0.0",
  path: "prompts/system.md",
  tokenId: crypto.randomUUID(),
  publisherId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  deliveryId: crypto.randomUUID(),
};
const named = (filter: (operation: Operation) => boolean) =>
  operations.filter(filter).map((operation) => [operation.id, operation] as const);
const isOpen = ({ access }: Operation) => "anyone" in access || ("scope" in access && access.anonymous === true);

/** One for all: nobody gets in, so nothing changes. */
let world: TestRegistry;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  world = await registry({}, { finished: (end) => ends.push(end) });
});
afterAll(async () => {
  for (const end of ends) await end();
});

describe("who may call", () => {
  it.each(named((operation) => !isOpen(operation)))("401 %s: nobody in particular", async (_id, operation) => {
    const { anonymous } = world;
    expect(await callAny(anonymous, operation, argumentsFor(operation, target))).toBeProblem(401, "unauthenticated");
  });

  it.each(named(({ access }) => !("anyone" in access)))("401 %s: tokens that are not good", async (_id, operation) => {
    const { as } = world;
    for (const token of ["garbage", `nofx_${"x".repeat(43)}`, "a.b.c"]) {
      const client = as({ tenant: "acme", token });
      expect(await callAny(client, operation, argumentsFor(operation, target))).toBeProblem(401, "unauthenticated");
    }
  });

  it.each(named(({ access }) => "scope" in access))(
    "403 %s: a token with every scope but the one",
    async (_id, operation) => {
      const { as, given, operator } = world;
      const tenant = await given.tenant("acme");
      const needed = "scope" in operation.access ? operation.access.scope : undefined;
      const scopes = (
        ["agents:read", "agents:publish", "agents:admin", "tokens:admin", "audit:read", "feed:read"] as const
      ).filter((scope) => scope !== needed);
      const { secret } = await unwrap(operator.createToken({ body: { name: "narrow", tenant, scopes } }));
      const client = as({ tenant, token: secret });
      expect(await callAny(client, operation, argumentsFor(operation, target))).toBeProblem(403, "forbidden");
    },
  );

  const isForOthers = ({ access }: Operation) => "kind" in access && !access.kind.includes("member");
  it.each(named(isForOthers))("403 %s: a tenant's administrator", async (_id, operation) => {
    const { as, given } = world;
    const admin = as(await given.admin("acme"));
    expect(await callAny(admin, operation, argumentsFor(operation, target))).toBeProblem(403, "forbidden");
  });

  it("200: services ask on behalf of all their callers, and are not counted", async () => {
    const { as, given } = await registry({ WRITES_PER_MINUTE_MAX: "2" });
    const service = as(await given.service());
    for (let call = 0; call < 5; call += 1)
      expect(await service.introspectToken({ body: { token: "x" } })).toMatchObject({ status: 200 });
  });

  it("429 rate_limited: more writes in a minute than configured, with Retry-After", async () => {
    const { anonymous, given } = await registry({ WRITES_PER_MINUTE_MAX: "2" });
    for (let call = 0; call < 2; call += 1)
      expect(await anonymous.validateAgent({ body: given.manifest() })).toMatchObject({ status: 200 });
    const third = await anonymous.validateAgent({ body: given.manifest() });
    expect(third).toBeProblem(429, "rate_limited");
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
