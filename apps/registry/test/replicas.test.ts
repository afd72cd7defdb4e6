import { unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { testService } from "@nofx/testkit/service";
import { describe, expect, it, vi } from "vitest";
import { buildApp, createDeps, readEnv, registryTrack } from "../src/index.ts";
import { operatorToken, type Person, registry, type TestRegistry } from "./registry.ts";

/** Another process of the same registry. */
const replicaOf = async ({ database }: TestRegistry, env: Record<string, string> = {}) => {
  const { client } = await testService(
    {
      contract: registryContract,
      track: registryTrack,
      createDeps: (DATABASE_URL, log) =>
        createDeps(readEnv({ DATABASE_URL, BOOTSTRAP_TOKEN: operatorToken, ...env }), { log }),
      buildApp,
    },
    { database },
  );
  return { as: ({ token }: Person) => client(token), anonymous: client() };
};

/** Nobody listens at this address. */
const deaf = { DATABASE_LISTEN_URL: "postgres://nobody@127.0.0.1:1/nowhere" };

/** The bound of docs/operations/replicas.md, with room for a machine that is busy. */
const soon = { timeout: 3_000, interval: 20 };

const setUp = async (env?: Record<string, string>) => {
  const here = await registry();
  const there = await replicaOf(here, env);
  const person = await here.given.admin();
  const alice = here.as(person);
  for (const version of ["1.0.0", "1.1.0"]) {
    const body = here.given.manifest({ agentId: "greeter", version });
    await unwrap(alice.publishAgent({ visibility: "public", body }));
  }
  const address = { agentId: "greeter", tenant: person.tenant };
  const status = async (): Promise<number> => (await there.anonymous.getAgent(address)).status;
  // What the other one answers from memory from now on.
  await expect.poll(status, soon).toBe(200);
  return { here, there, person, alice, address, status };
};

describe("what one replica does, the other sees in a moment", () => {
  it("a token that was revoked is refused", async () => {
    const { here, there, person } = await setUp();
    const order = { name: "short", role: "viewer" as const, tenant: person.tenant };
    const { token, secret } = await unwrap(here.operator.createToken({ body: order }));
    const client = there.as({ ...person, token: secret });
    await unwrap(client.getWhoami());
    await unwrap(here.operator.revokeToken({ tokenId: token.id, tenant: person.tenant }));
    await expect.poll(async () => (await client.getWhoami()).status, soon).toBe(401);
  });

  it("an agent that was disabled is gone", async () => {
    const { alice, status } = await setUp();
    await unwrap(alice.setAgentStatus({ agentId: "greeter", body: { status: "disabled", reason: "It leaks." } }));
    await expect.poll(status, soon).not.toBe(200);
  });

  it("a version that was rolled back is no longer the current one", async () => {
    const { alice, there, address } = await setUp();
    const current = async () => (await unwrap(there.anonymous.getAgent(address))).agent.currentVersion;
    expect(await current()).toBe("1.1.0");
    await unwrap(alice.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: "It broke." } }));
    await expect.poll(current, soon).toBe("1.0.0");
  });

  it("an agent that was made private is there for nobody else", async () => {
    const { here, alice, status } = await setUp();
    const body = here.given.manifest({ agentId: "greeter", version: "1.2.0" });
    await unwrap(alice.publishAgent({ visibility: "private", body }));
    await expect.poll(status, soon).toBe(404);
  });
});

describe("a replica that hears nothing", () => {
  it("believes what it knows for 30 seconds, and no longer", async () => {
    const now = performance.now.bind(performance);
    let aheadMs = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + aheadMs);
    const { here, there, person, alice, status } = await setUp(deaf);
    const order = { name: "short", role: "viewer" as const, tenant: person.tenant };
    const { token, secret } = await unwrap(here.operator.createToken({ body: order }));
    const client = there.as({ ...person, token: secret });
    await unwrap(client.getWhoami());
    await unwrap(here.operator.revokeToken({ tokenId: token.id, tenant: person.tenant }));
    await unwrap(alice.setAgentStatus({ agentId: "greeter", body: { status: "disabled", reason: "It leaks." } }));
    expect([(await client.getWhoami()).status, await status()]).toEqual([200, 200]);
    aheadMs = 31_000;
    await expect.poll(async () => (await client.getWhoami()).status, soon).toBe(401);
    await expect.poll(status, soon).not.toBe(200);
  });
});
