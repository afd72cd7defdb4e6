import { describe, expect, it, onTestFinished } from "vitest";
import { createTrackService } from "../src/index.ts";
import { notes } from "./notes.ts";
import { notesContract } from "./notes-contract.ts";

const get = async (fetch: typeof globalThis.fetch, path: string) => {
  const response = await fetch(`http://notes.test${path}`);
  return { status: response.status, text: await response.text() };
};

describe("a service on a track", () => {
  it("is ready when its database answers and is migrated", async () => {
    const { fetch, database } = await notes();
    const ready = await get(fetch, "/health/ready");
    expect([ready.status, JSON.parse(ready.text).checks]).toEqual([
      200,
      {
        database: { status: "ok", latencyMs: expect.stringMatching(/^\d+\.\d$/) },
        migrations: { status: "ok", version: expect.stringMatching(/_note_index$/), pending: "0" },
      },
    ]);
    await database.query("DELETE FROM kit.schema_migrations WHERE name LIKE '%index%'");
    const pending = await get(fetch, "/health/ready");
    expect([pending.status, pending.text]).toEqual([503, expect.stringMatching(/Migrations to apply: \w+_note_index/)]);
    expect(JSON.parse(pending.text).checks.migrations).toMatchObject({ status: "failed", pending: "1" });
  });

  it("is not ready while something else that it needs does not work", async () => {
    const { deps } = await notes();
    const registry = () => Promise.reject(new Error("gone"));
    const { fastify } = await createTrackService(notesContract, deps, { registry });
    onTestFinished(() => fastify.close());
    const { statusCode, body } = await fastify.inject("/health/ready");
    expect([statusCode, JSON.parse(body).checks.registry]).toEqual([503, { status: "failed", reason: "gone" }]);
  });

  it("tells of its connections among the metrics", async () => {
    const { fetch, deps } = await notes();
    await deps.db.pool.query("SELECT 1");
    const { text } = await get(fetch, "/metrics");
    expect(text).toMatch(/^nofx_pool_connections\{service="notes"\} [1-9]/m);
    expect(text).toMatch(/^nofx_pool_connections_max\{service="notes"\} [1-9]/m);
    expect(text).toMatch(/^nofx_pool_waiting\{service="notes"\} 0$/m);
  });

  it("503 unavailable: turns work away while ten times as many wait for a connection as there are", async () => {
    const { deps, admin, operator } = await notes({ variables: { DATABASE_CONNECTIONS_MAX: "2" } });
    const { pool } = deps.db;
    const held = await Promise.all([pool.connect(), pool.connect()]);
    const waiting = Array.from({ length: 21 }, () => pool.query("SELECT 1"));
    expect(await admin("acme").countNotes()).toBeProblem(503, "unavailable");
    for (const client of held) client.release();
    await Promise.all(waiting);
    expect(await admin("acme").countNotes()).toMatchObject({ ok: true });
    expect(await operator.renewNoteFeedEpoch({ body: { reason: "works again" } })).toMatchObject({ ok: true });
  });

  it("429 rate_limited: limits writes as WRITES_PER_MINUTE_MAX says", async () => {
    const { admin } = await notes({ variables: { WRITES_PER_MINUTE_MAX: "1" } });
    expect(await admin("acme").addNote({ body: { id: "one" } })).toMatchObject({ ok: true });
    expect(await admin("acme").addNote({ body: { id: "two" } })).toBeProblem(429, "rate_limited");
  });
});
