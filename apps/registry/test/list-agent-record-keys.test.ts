import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { publishSome } from "./records.ts";
import { registry } from "./registry.ts";

const names = (keys: readonly { tenant: string; agentId: string }[]) =>
  keys.map(({ tenant, agentId }) => `${tenant}/${agentId}`);

describe("listAgentRecordKeys", () => {
  it("200: what listAgentRecords tells of, in its order and with its cursors", async () => {
    const world = await registry();
    await publishSome(world);
    const service = world.as(await world.given.service());
    const all = await unwrap(service.listAgentRecordKeys());
    expect(all.nextCursor).toBeUndefined();
    expect(names(all.keys)).toEqual(["acme/greeter", "acme/hidden", "globex/gone", "globex/greeter"]);
    const { keys, nextCursor: cursor = "" } = await unwrap(service.listAgentRecordKeys({ limit: 1 }));
    expect(keys).toEqual([{ tenant: "acme", agentId: "greeter" }]);
    const { records, nextCursor = "" } = await unwrap(service.listAgentRecords({ limit: 2, cursor }));
    expect(names(records)).toEqual(["acme/hidden", "globex/gone"]);
    expect(names((await unwrap(service.listAgentRecordKeys({ cursor: nextCursor }))).keys)).toEqual(["globex/greeter"]);
  });

  it("200: also of a page with a record that cannot be told", async () => {
    const world = await registry();
    await publishSome(world);
    const service = world.as(await world.given.service());
    // As an older release with a mistake may have left it: nobody can tell this version's files.
    await world.database.query(`
      SET session_replication_role = replica;
      UPDATE registry.agent_versions SET document = jsonb_set(document::jsonb, '{files}', '7') WHERE agent_id = 'hidden'`);
    expect(await service.listAgentRecords()).toBeProblem(500, "internal_error");
    expect((await unwrap(service.listAgentRecordKeys())).keys).toHaveLength(4);
    const key = (agentId: string) => ({ tenant: "acme", agentId });
    expect(await service.getAgentRecords({ body: { keys: [key("hidden")] } })).toBeProblem(500, "internal_error");
    expect((await unwrap(service.getAgentRecords({ body: { keys: [key("greeter")] } }))).records).toHaveLength(1);
  });

  it("400 cursor_invalid: a cursor of another list", async () => {
    const world = await registry();
    const service = world.as(await world.given.service());
    expect(await service.listAgentRecordKeys({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
    expect(await service.listAgentRecordKeys({ limit: 501 })).toBeProblem(400, "request_invalid");
  });

  it("401 and 403: for services only", async () => {
    const world = await registry();
    expect(await world.anonymous.listAgentRecordKeys()).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, world.as(await world.given.admin())])
      expect(await client.listAgentRecordKeys()).toBeProblem(403, "forbidden");
  });
});
