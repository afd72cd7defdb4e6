import { unwrap } from "@nofx/client";
import { auditPageQuery } from "@nofx/db-kit";
import { describe, expect, it } from "vitest";
import { auditedRegistry, wholeLog } from "./audit-log.ts";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

/** Puts many entries into acme's log in one statement: 20 actors, 20 actions, 3 types, one a minute. */
const fillLog = ({ database }: TestRegistry, rows: number) =>
  database.query(
    `INSERT INTO registry.audit_log (tenant_id, at, actor, action, resource_type, resource_id, correlation_id)
     SELECT CASE n % 2 WHEN 0 THEN 'acme' ELSE 'globex' END, '2026-01-01'::timestamptz + n * interval '1 minute',
       'actor-' || n % 20, 'action-' || n % 20, 'type-' || n % 3, 'thing-' || n % 500, 'request'
     FROM generate_series(1, $1::int) n`,
    [rows],
  );

const versionsOf = async (admin: RegistryClient, query: Parameters<RegistryClient["listAudit"]>[0]) =>
  (await unwrap(admin.listAudit(query))).entries.map(({ version }) => version);

describe("listAudit", () => {
  it("200: everything that was done in one's own tenant, newest first, in pages, sealed one after the other", async () => {
    const { admin } = await auditedRegistry(5);
    const entries = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await unwrap(admin.listAudit({ limit: 2, ...(cursor && { cursor }) }));
      expect(page.entries.length).toBeLessThanOrEqual(2);
      entries.push(...page.entries);
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
    expect(entries.map(({ action, version }) => version ?? action)).toEqual(
      ["tenant.created", "token.issued", "1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"].toReversed(),
    );
    const seals = entries.toReversed().map(({ seal }) => seal);
    expect(seals.map((seal) => seal?.position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seals.slice(1).map((seal) => seal?.previousHash)).toEqual(seals.slice(0, -1).map((seal) => seal?.hash));
  });

  it("filters by resource, action, actor and time, and by all of them at once", async () => {
    const minutes = { n: 0 };
    const world = await registry({}, { now: () => new Date(Date.UTC(2026, 10, 22, 9, minutes.n)) });
    const [alice, bob] = [await world.given.admin("acme"), await world.given.admin("acme")];
    for (const [n, person] of [alice, bob, alice, bob].entries()) {
      minutes.n = n + 1;
      const agentId = n < 2 ? "greeter" : "helper";
      await unwrap(world.as(person).publishAgent({ body: world.given.manifest({ agentId, version: `1.${n}.0` }) }));
    }
    const admin = world.as(alice);
    const log = await wholeLog(admin);
    const actor = log.find(({ version }) => version === "1.1.0")?.actor ?? "";
    const [since, until] = ["2026-11-22T09:02:00.000Z", "2026-11-22T09:04:00.000Z"];
    expect(await versionsOf(admin, { resourceType: "agent" })).toEqual(["1.3.0", "1.2.0", "1.1.0", "1.0.0"]);
    expect(await versionsOf(admin, { resourceType: "agent", resourceId: "helper" })).toEqual(["1.3.0", "1.2.0"]);
    expect(await versionsOf(admin, { action: "agent.version_published", limit: 1 })).toEqual(["1.3.0"]);
    expect(await versionsOf(admin, { actor })).toEqual(["1.3.0", "1.1.0"]);
    expect(await versionsOf(admin, { since })).toEqual(["1.3.0", "1.2.0", "1.1.0"]);
    expect(await versionsOf(admin, { since, until })).toEqual(["1.2.0", "1.1.0"]);
    const all = {
      resourceType: "agent",
      resourceId: "greeter",
      action: "agent.version_published",
      actor,
      since,
      until,
    };
    expect(await versionsOf(admin, all)).toEqual(["1.1.0"]);
    expect(await versionsOf(admin, { ...all, action: "agent.rolled_back" })).toEqual([]);
  });

  it("an entry of an agent's own list has the same seal", async () => {
    const { admin } = await auditedRegistry(1);
    const [entry] = (await unwrap(admin.listAgentAudit({ agentId: "greeter" }))).entries;
    expect(entry?.seal?.position).toBe(3);
    expect((await wholeLog(admin))[2]).toEqual(entry);
  });

  it("400 for a resourceId without its type, times that are none, and cursors of other lists", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    expect(await admin.listAudit({ resourceId: "greeter" })).toBeProblem(400, "request_invalid");
    expect(await admin.listAudit({ since: "yesterday" })).toBeProblem(400, "request_invalid");
    expect(await admin.listAudit({ cursor: "abc" })).toBeProblem(400, "cursor_invalid");
  });
});

const filters = {
  none: {},
  resourceType: { resourceType: "type-1" },
  resource: { resourceType: "type-1", resourceId: "thing-4" },
  action: { action: "action-4" },
  actor: { actor: "actor-4" },
  since: { since: "2026-01-08T00:00:00.000Z" },
  until: { until: "2026-01-03T00:00:00.000Z" },
  "actor and since": { actor: "actor-4", since: "2026-01-08T00:00:00.000Z" },
};

it("every filter of the audit log reads an index within the tenant, on the first page and on later ones", async () => {
  const world = await registry();
  await fillLog(world, 20_000);
  await world.database.query("VACUUM ANALYZE registry.audit_log");
  const client = await world.deps.db.pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('app.tenant_id', 'acme', true), set_config('app.role', 'member', true)");
    for (const [name, filter] of Object.entries(filters)) {
      for (const before of [undefined, { at: "2026-01-10T00:00:00.000Z", id: "12000" }]) {
        const query = auditPageQuery("acme", filter, { before, limit: 26 }).compile(world.deps.db.compiler);
        const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${query.sql}`, [...query.parameters]);
        const plan = JSON.stringify(rows);
        expect({ name, plan }).not.toEqual({ name, plan: expect.stringContaining("Seq Scan") });
        const condition = /"Relation Name":"audit_log".*?"Index Cond":"([^"]*)/.exec(plan)?.[1];
        expect({ name, condition }).toEqual({ name, condition: expect.stringContaining("tenant_id = 'acme'") });
      }
    }
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});
