import { keptLog } from "@nofx/testkit/service";
import { expect, it, onTestFinished } from "vitest";
import { createTrackService, replicaChecks, watchReads } from "../src/index.ts";
import { freshDatabase } from "./notes.ts";
import { notesContract } from "./notes-contract.ts";
import { openNotes } from "./notes-service.ts";

const withReplicaAt = async (change: (url: URL) => unknown = () => undefined) => {
  const database = await freshDatabase();
  const url = new URL(database.url);
  change(url);
  const deps = openNotes({ DATABASE_URL: database.url }, { log: keptLog("notes").log, readUrl: url.href });
  const service = await createTrackService(notesContract, deps, replicaChecks(deps.db));
  watchReads(service, deps.db);
  onTestFinished(async () => {
    await service.fastify.close();
    await deps.close();
  });
  const ready = async () => {
    const { statusCode, body } = await service.fastify.inject("/health/ready");
    return [statusCode, JSON.parse(body).checks.replica];
  };
  return { deps, ready, metrics: async () => (await service.fastify.inject("/metrics")).body };
};

it("a service tells that its read replica answers, and how far it is behind", async () => {
  const { deps, ready, metrics } = await withReplicaAt();
  expect(await ready()).toEqual([200, { status: "ok", answers: "replica", lagSeconds: "0.0" }]);
  await deps.db.reads.ask(({ pool }) => pool.query("SELECT 1"));
  const text = await metrics();
  expect(text).toMatch(/^nofx_replica_reads_total\{outcome="replica",service="notes"\} 1$/m);
  expect(text).toMatch(/^nofx_replica_lag_seconds\{service="notes"\} 0$/m);
  expect(text).toMatch(/^nofx_pool_connections_max\{service="notes"\} 40$/m);
});

it("a service is ready without its read replica, and tells that the primary answers, and why", async () => {
  const { deps, ready, metrics } = await withReplicaAt((url) => {
    url.port = "1";
  });
  expect(await ready()).toEqual([200, { status: "ok", answers: "primary", reason: "ECONNREFUSED" }]);
  await deps.db.reads.ask(({ pool }) => pool.query("SELECT 1"));
  const text = await metrics();
  expect(text).toMatch(/^nofx_replica_reads_total\{outcome="away",service="notes"\} 1$/m);
  expect(text).toMatch(/^nofx_replica_lag_seconds\{service="notes"\} Nan$/im);
});

it("a service without a read replica counts no reads of one, and has nothing to check", async () => {
  const database = await freshDatabase();
  const deps = openNotes({ DATABASE_URL: database.url }, { log: keptLog("notes").log });
  expect(replicaChecks(deps.db)).toEqual({});
  const service = await createTrackService(notesContract, deps);
  watchReads(service, deps.db);
  onTestFinished(async () => {
    await service.fastify.close();
    await deps.close();
  });
  const { body } = await service.fastify.inject("/metrics");
  expect(body).toMatch(/^nofx_replica_reads_total\{outcome="replica",service="notes"\} 0$/m);
});
