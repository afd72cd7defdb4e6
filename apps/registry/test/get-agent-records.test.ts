import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyRecord, manyAgents, publishSome } from "./records.ts";
import { registry } from "./registry.ts";

const keyOf = ({ tenant, agentId }: { tenant: string; agentId: string }) => ({ tenant, agentId });

describe("getAgentRecords", () => {
  it("200: those that there are, each once, in the order of the list, whatever is asked for", async () => {
    const world = await registry();
    await publishSome(world);
    await manyAgents(world, 12, 1);
    const service = world.as(await world.given.service());
    const all = (await everyRecord(service, 5)).flat();
    expect(all).toHaveLength(16);
    const absent = [
      { tenant: "acme", agentId: "nobody" },
      { tenant: "nowhere", agentId: "greeter" },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...all.map(keyOf), ...absent), { minLength: 1, maxLength: 40 }),
        async (keys) => {
          const { records } = await unwrap(service.getAgentRecords({ body: { keys } }));
          const wanted = new Set(keys.map((key) => JSON.stringify(key)));
          expect(records).toEqual(all.filter((record) => wanted.has(JSON.stringify(keyOf(record)))));
        },
      ),
      { numRuns: 25 },
    );
    const { records } = await unwrap(service.getAgentRecords({ body: { keys: all.map(keyOf) } }));
    expect(records).toEqual(all);
  });

  it("400: none, or more than 200", async () => {
    const world = await registry();
    const service = world.as(await world.given.service());
    const ask = (length: number) =>
      service.getAgentRecords({ body: { keys: Array.from({ length }, () => ({ tenant: "acme", agentId: "a" })) } });
    expect(await ask(0)).toBeProblem(400, "request_invalid");
    expect(await ask(201)).toBeProblem(400, "request_invalid");
    expect((await unwrap(ask(200))).records).toEqual([]);
  });

  it("401 and 403: for services only", async () => {
    const world = await registry();
    const body = { keys: [{ tenant: "acme", agentId: "greeter" }] };
    expect(await world.anonymous.getAgentRecords({ body })).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, world.as(await world.given.admin("acme"))])
      expect(await client.getAgentRecords({ body })).toBeProblem(403, "forbidden");
  });
});
