import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent, workflow } from "../bodies.ts";
import { type Area, check, soon } from "../suite.ts";
import type { ServiceName } from "../target.ts";
import { type Clients, clientsOf, newWord, type World } from "../world.ts";

/** So long may a service go by what it was told of a token. */
const tokenMs = 31_000;

/** Somebody's clients of each replica of a service. */
const each = (world: World, service: ServiceName, token?: string): Clients[] =>
  (world.target.replicas?.[service] ?? []).map((address) => clientsOf(address, token));

/** The first replica writes, all others must come to show it. */
const apart = <T>([writer, ...readers]: readonly T[]): [T, readonly T[]] => {
  if (!writer || readers.length === 0) throw new Error("There are no two replicas");
  return [writer, readers];
};

const agentsAndTemplates: Area["checks"] = [
  check("agents: published, disabled, made private, rolled back on one replica is so on the others", async (world) => {
    const { token, tenant } = await world.person("admin");
    const [writer, readers] = apart(each(world, "registry", token).map(({ registry }) => registry));
    const public_ = each(world, "registry")
      .slice(1)
      .map(({ registry }) => registry);
    const seen = () =>
      Promise.all(
        public_.map(async (registry) => {
          const answer = await registry.getAgent({ agentId: "greeter", tenant });
          return answer.ok ? answer.body.agent.currentVersion : answer.status;
        }),
      );
    const become = (state: string | number) => soon(seen).toEqual(public_.map(() => state));
    for (const version of ["1.0.0", "1.1.0"]) {
      await unwrap(writer.publishAgent({ body: agent({ version }), visibility: "public" }));
      await become(version);
    }
    await unwrap(writer.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: "testing" } }));
    await become("1.0.0");
    await unwrap(writer.setAgentStatus({ agentId: "greeter", body: { status: "disabled", reason: "testing" } }));
    await become(404);
    await unwrap(writer.setAgentStatus({ agentId: "greeter", body: { status: "active", reason: "testing" } }));
    await become("1.0.0");
    await unwrap(writer.publishAgent({ body: agent({ version: "1.1.0" }), visibility: "private" }));
    await become(404);
    for (const registry of readers) expect((await registry.getAgent({ agentId: "greeter" })).status).toBe(200);
  }),

  check("templates: published, rolled back, disabled on one replica is so on the others", async (world) => {
    const owner = await world.person("admin");
    await unwrap(owner.registry.publishAgent({ body: agent(), visibility: "public" }));
    const [writer] = apart(each(world, "marketplace", owner.token).map(({ marketplace }) => marketplace));
    const public_ = each(world, "marketplace")
      .slice(1)
      .map(({ marketplace }) => marketplace);
    const seen = () =>
      Promise.all(
        public_.map(async (marketplace) => {
          const answer = await marketplace.getTemplate({ templateId: "welcome", tenant: owner.tenant });
          return answer.ok ? answer.body.template.currentVersion : answer.status;
        }),
      );
    const become = (state: string | number) => soon(seen).toEqual(public_.map(() => state));
    for (const version of ["1.0.0", "1.1.0"])
      await unwrap(writer.publishTemplate({ body: workflow({ version, description: version }), visibility: "public" }));
    await become("1.1.0");
    await unwrap(
      writer.rollbackTemplate({ templateId: "welcome", body: { targetVersion: "1.0.0", reason: "testing" } }),
    );
    await become("1.0.0");
    await unwrap(writer.setTemplateStatus({ templateId: "welcome", body: { status: "disabled", reason: "testing" } }));
    await become(404);
  }),

  check("search: every replica finds what was published, when it is asked to wait for it", async (world) => {
    const { token, registry } = await world.person("publisher");
    for (let round = 0; round < 5; round += 1) {
      const word = newWord();
      const published = await registry.publishAgent({ body: agent({ agentId: word, name: word }) });
      const asked = { q: word, min_change: published.headers.get("nofx-change") ?? "" };
      for (const { search } of each(world, "search", token))
        expect(await unwrap(search.unifiedSearch(asked))).toMatchObject({
          freshness: { satisfied: true },
          total: { value: 1 },
        });
    }
  }),
];

const shared: Area["checks"] = [
  check("an idempotency key is known to every replica", async (world) => {
    const { token } = await world.person("publisher");
    const answers = [];
    for (const { registry } of each(world, "registry", token))
      answers.push(await registry.publishAgent({ body: agent() }, { idempotencyKey: "once" }));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers.slice(1).map(({ headers }) => headers.get("idempotency-replayed"))).toEqual(
      answers.slice(1).map(() => "true"),
    );
  }),

  check("a reader who waits at one replica is told within a second of what another one wrote", async (world) => {
    const { token } = await world.person("publisher");
    const [writer, readers] = apart(each(world, "registry", token).map(({ registry }) => registry));
    for (const registry of readers) {
      const { next } = await unwrap(registry.listChanges({ from: "now" }));
      const waiting = unwrap(registry.listChanges({ after: next, wait: 20 }));
      await unwrap(writer.publishAgent({ body: agent({ agentId: newWord() }) }));
      const writtenAt = performance.now();
      expect((await waiting).changes.length).toBeGreaterThan(0);
      expect(performance.now() - writtenAt).toBeLessThan(1_000);
    }
  }),

  check(
    "a token that is revoked at one replica is refused by all replicas of all services within 30 seconds",
    async (world) => {
      const leaving = await world.person("viewer");
      const asks = [
        ...each(world, "registry", leaving.token).map(
          ({ registry }) =>
            () =>
              registry.listAgents({ limit: 1 }),
        ),
        ...each(world, "marketplace", leaving.token).map(
          ({ marketplace }) =>
            () =>
              marketplace.listTemplates({ limit: 1 }),
        ),
        ...each(world, "search", leaving.token).map(
          ({ search }) =>
            () =>
              search.unifiedSearch({ q: "x" }),
        ),
      ];
      const statuses = () => Promise.all(asks.map(async (one) => (await one()).status));
      expect(await statuses()).toEqual(asks.map(() => 200));
      const [at] = apart(each(world, "registry", world.target.operatorToken));
      await unwrap(at.registry.revokeToken({ tokenId: leaving.tokenId, tenant: leaving.tenant }));
      await expect.poll(statuses, { timeout: tokenMs, interval: 250 }).toEqual(asks.map(() => 401));
    },
  ),
];

/** What holds where each service runs several times. */
export const replicas: Area = { name: "replicas", checks: [...agentsAndTemplates, ...shared] };
