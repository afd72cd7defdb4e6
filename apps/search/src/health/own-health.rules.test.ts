import { expect, it } from "vitest";
import { type FeedFigures, judgeIndex, judgeOwn } from "./own-health.rules.ts";
import { overall } from "./system-health.rules.ts";

const seenAt = new Date("2026-11-22T09:30:00.000Z");
const feed: FeedFigures = { source: "registry", seenAt, ageMs: 1_234, error: null };
const figures = {
  generation: 3,
  isRebuilding: false,
  documents: 7,
  agents: 4,
  templates: 3,
  quarantined: 0,
  feeds: [feed],
};
const judged = (change: object) => judgeIndex({ ok: true, latencyMs: 1, value: { ...figures, ...change } });

it("an index that is up to date is ok, also while it is rebuilt", () => {
  expect(judged({ isRebuilding: true })).toEqual({
    status: "ok",
    generation: 3,
    documents: 7,
    records: { agents: 4, templates: 3 },
    quarantined: 0,
    rebuilding: true,
    feeds: [{ source: "registry", reachable: true, seenAt: seenAt.toISOString(), lagSeconds: 1.2 }],
  });
});

it.each([
  ["failed", "it was never built", { generation: 0 }],
  ["stale", "not up to date with: registry", { feeds: [{ ...feed, ageMs: 30_001 }], quarantined: 1 }],
  ["stale", "not up to date with: registry", { feeds: [{ ...feed, seenAt: null, ageMs: null }] }],
  ["degraded", "2 could not be indexed", { quarantined: 2 }],
])("an index is %s: %s", (status, reason, change) => {
  expect(judged(change)).toMatchObject({ status, reason });
});

it("tells why a feed cannot be followed", () => {
  const { feeds } = judged({ feeds: [{ ...feed, error: "refused" }] });
  expect(feeds).toMatchObject([{ reachable: false, reason: "refused" }]);
});

const built = { version: "1.0.0", contract: `sha256:${"0".repeat(64)}` };

it("the service fails with its database, and is degraded while migrations are to be applied", () => {
  expect(judgeOwn({ ok: false, reason: "ECONNREFUSED" }, built)).toMatchObject({
    service: { status: "failed", reason: "database: ECONNREFUSED" },
    database: { status: "failed" },
  });
  const behind = judgeOwn({ ok: true, latencyMs: 1, value: { version: "one", pending: ["two"] } }, built);
  expect(behind).toMatchObject({ service: { status: "degraded" }, database: { schemaVersion: "one", pending: 1 } });
});

it("the whole is failed without search or without both registries, degraded with anything else", () => {
  const whole = (...failed: string[]) =>
    overall({
      services: (["registry", "marketplace", "search"] as const).map((name) => ({
        name,
        status: failed.includes(name) ? ("failed" as const) : ("ok" as const),
      })),
      databases: [],
      index: { status: failed.includes("index") ? "stale" : "ok" },
    });
  const judgedAll = [whole(), whole("index"), whole("registry"), whole("registry", "marketplace"), whole("search")];
  expect(judgedAll).toEqual(["ok", "degraded", "degraded", "failed", "failed"]);
});
