import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { readInTenant } from "@nofx/db-kit";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { foldBatches, usageChannel } from "../src/usage/fold.store.ts";
import { latencyBucket } from "../src/usage/fold-statement.ts";
import { workflow } from "./templates.ts";
import { behind, foldAll, outcomes, type Report, report, rowsIn, type UsageWorld, usageWorld } from "./usage.ts";
import { bucketOf, countRuns, differences, type ModelRun, readRollups } from "./usage-model.ts";

const now = new Date("2026-11-20T10:15:00.000Z");
const hourMs = 60 * 60 * 1000;
const outcome = fc.constantFrom("succeeded", "failed", "cancelled", "invalid");

const step = fc.record({
  agentId: fc.constantFrom("collector", "globex/collector", "writer"),
  version: fc.constantFrom("1.0.0", "1.1.0"),
  outcome,
  durationMs: fc.nat(1_000),
});

/** Few of everything, so that runs meet in the same rows. */
const run = fc.record(
  {
    by: fc.constantFrom("acme", "globex"),
    runId: fc.constantFrom(...Array.from({ length: 40 }, (_, n) => `run-${n}`)),
    templateId: fc.constantFrom("release-notes", "news"),
    version: fc.constantFrom("1.0.0", "1.1.0"),
    environment: fc.constantFrom("production", "staging"),
    outcome,
    durationMs: fc.oneof(fc.nat(20), fc.nat(30 * 24 * hourMs)),
    tokens: fc.nat(1e10),
    micros: fc.nat(1e9),
    callerKind: fc.constantFrom("human", "ci", "agent"),
    subject: fc.constantFrom("ann", "bob", "eve"),
    hoursAgo: fc.integer({ min: 0, max: 200 }),
    failedStep: fc.constantFrom("collect", "write"),
    errorClass: fc.constantFrom("timeout", "refused"),
    steps: fc.array(step, { maxLength: 3 }),
    sample: fc.boolean(),
  },
  {
    requiredKeys: [
      "by",
      "runId",
      "templateId",
      "version",
      "outcome",
      "durationMs",
      "callerKind",
      "subject",
      "hoursAgo",
    ],
  },
);
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

const isBad = ({ outcome: ended }: Run): boolean => ended === "failed" || ended === "invalid";

/** How a run is reported: samples by the template's own tenant only, failures where there are some. */
const reportOf = ({ by, micros, hoursAgo, failedStep, errorClass, sample, ...rest }: Run, prefix: string): Report => ({
  ...rest,
  tenant: "acme",
  runId: `${prefix}-${rest.runId}`,
  occurredAt: new Date(now.getTime() - hoursAgo * hourMs).toISOString(),
  ...(micros !== undefined && { costUsd: micros / 1e6 }),
  ...(sample !== undefined && { sample: sample && by === "acme" }),
  ...(isBad({ by, hoursAgo, ...rest } as Run) && {
    ...(failedStep !== undefined && { failedStep }),
    ...(errorClass !== undefined && { errorClass }),
  }),
});

const modelOf = (given: Run): ModelRun => ({
  tenant: given.by,
  templateTenant: "acme",
  templateId: given.templateId,
  version: given.version,
  environment: given.environment ?? "",
  callerKind: given.callerKind,
  sample: given.by === "acme" && given.sample === true,
  outcome: given.outcome,
  at: now.getTime() - given.hoursAgo * hourMs,
  subject: given.subject,
  durationMs: given.durationMs,
  tokens: given.tokens,
  costMicros: given.micros,
  failedStep: isBad(given) ? (given.failedStep ?? "") : "",
  errorClass: isBad(given) ? (given.errorClass ?? "") : "",
  steps: (given.steps ?? []).map(({ agentId, ...rest }) => ({
    agent: agentId.includes("/") ? agentId : `acme/${agentId}`,
    ...rest,
  })),
});

const templatesWorld = async () => {
  const world = await usageWorld({}, { now: () => now });
  await unwrap(world.acme.publishTemplate({ body: workflow({ version: "1.1.0" }) }));
  for (const version of ["1.0.0", "1.1.0"]) {
    const body = workflow({ templateId: "news", version });
    await unwrap(world.acme.publishTemplate({ body, visibility: "public" }));
  }
  // This test folds when it wants to.
  await world.deps.usage.stop();
  return world;
};

type Accepted = Map<string, ModelRun>;

/** What should become of a run; remembers what is accepted. */
const judge = (accepted: Accepted, trial: string, given: Run): string => {
  if (given.hoursAgo > 7 * 24) return "execution_refused";
  const name = `${given.by} ${trial} ${given.runId}`;
  if (accepted.has(name)) return "duplicate";
  accepted.set(name, modelOf(given));
  return "accepted";
};

/** Reports runs, each tenant its own. */
const reportRuns = async (world: UsageWorld, accepted: Accepted, trial: string, runs: readonly Run[]) => {
  for (const by of ["acme", "globex"] as const) {
    const own = runs.filter((each) => each.by === by);
    if (own.length === 0) continue;
    const told = await outcomes(
      world[by],
      own.map((each) => reportOf(each, trial)),
    );
    expect(told).toEqual(own.map((each) => judge(accepted, trial, each)));
  }
};

describe("the fold", () => {
  it("adds up exactly what was accepted, whatever is reported in whatever batches and folded in whatever slices", async () => {
    const world = await templatesWorld();
    const accepted: Accepted = new Map();
    let trial = 0;
    const batch = fc.record({ runs: fc.array(run, { minLength: 1, maxLength: 30 }), folds: fc.boolean() });
    const property = fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async (batches) => {
      trial += 1;
      for (const { runs, folds } of batches) {
        await reportRuns(world, accepted, `${trial}`, runs);
        if (folds) await foldBatches(world.deps.db, now);
      }
      await foldAll(world);
      expect(differences(countRuns(accepted.values()), await readRollups(world.database))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 15, endOnFailure: true });
    expect(accepted.size).toBeGreaterThan(50);
  });

  it("puts every duration into the bucket that TypeScript puts it into", async () => {
    const { deps } = await usageWorld();
    // Whole numbers at both sides of every border, up to 30 days, found without floating point.
    const borders: number[] = [];
    for (let power = 0n, up = 1n, down = 1n; up / down <= 30n * 24n * 3_600_000n; power += 1n, up *= 11n, down *= 10n) {
      const whole = Number(up / down);
      borders.push(whole, whole + 1);
      expect(bucketOf(whole + 1)).toBeGreaterThan(Number(power));
      if (up % down !== 0n) expect(bucketOf(whole)).toBeLessThanOrEqual(Number(power));
    }
    const random = fc.sample(fc.integer({ min: 0, max: 30 * 24 * hourMs }), 5_000);
    const durations = [0, 1, ...borders, ...random, 30 * 24 * hourMs];
    const scope = { tenantId: "acme", subject: "x", role: "member" } as const;
    const rows = await readInTenant(deps.db, scope, (query) => ({
      compile: () =>
        sql<{ bucket: number }>`
          SELECT ${latencyBucket(sql.ref("d"))} AS bucket
          FROM unnest(${durations}::bigint[]) WITH ORDINALITY AS t (d, place) ORDER BY place`.compile(query),
    }));
    expect(rows.map(({ bucket }) => bucket)).toEqual(durations.map(bucketOf));
  });

  it("tells of each fold, after it can be seen", async () => {
    const world = await templatesWorld();
    const listener = await behind(world);
    const told: (string | undefined)[] = [];
    listener.on("notification", ({ payload }) => told.push(payload));
    await listener.query(`LISTEN ${usageChannel}`);
    await outcomes(world.acme, [report("a")]);
    const folded = await foldBatches(world.deps.db, now);
    await expect.poll(() => told, { timeout: 5_000 }).toEqual([folded?.foldId]);
    expect(await foldBatches(world.deps.db, now)).toBeUndefined();
  });

  it("counts once with several replicas at work", async () => {
    const world = await templatesWorld();
    const runs = fc
      .sample(run, { numRuns: 400, seed: 7 })
      .map((each, n) => ({ ...each, runId: `r-${n}`, hoursAgo: 1 }));
    const at = (n: number) => runs.slice(n * 40, (n + 1) * 40).filter(({ by }) => by === "acme");
    const writing = Array.from({ length: 10 }, async (_, n) => {
      const executions = at(n).map((each) => reportOf(each, "x"));
      await unwrap(world.acme.recordExecutions({ body: { executions } }));
    });
    const folding = Array.from({ length: 3 }, async () => {
      for (let round = 0; round < 30; round += 1) await foldBatches(world.deps.db, now);
    });
    await Promise.all([...writing, ...folding]);
    await foldAll(world);
    const expected = countRuns(runs.filter(({ by }) => by === "acme").map(modelOf));
    expect(differences(expected, await readRollups(world.database))).toEqual([]);
  });

  it("is undone whole by kill -9 in its middle, and done once by the next", async () => {
    const world = await templatesWorld();
    await outcomes(world.acme, [report("a"), report("b")]);
    const other = await behind(world);
    // The last of the rollups: the others are written by then.
    await other.query("BEGIN; LOCK TABLE marketplace.agent_usage_days IN EXCLUSIVE MODE");
    const program = join(import.meta.dirname, "programs/fold-once.ts");
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, DATABASE_URL: world.database.url },
    });
    const ended = once(child, "exit");
    const stuck = () =>
      world.database.query(`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fold once'
        AND wait_event_type = 'Lock'`);
    await expect.poll(stuck, { timeout: 20_000 }).toHaveLength(1);
    child.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    await other.query("ROLLBACK");
    await expect.poll(stuck, { timeout: 5_000 }).toHaveLength(0);
    expect([await rowsIn(world, "usage_batches"), await rowsIn(world, "template_rollups")]).toEqual([1, 0]);
    await expect.poll(() => foldBatches(world.deps.db, now), { timeout: 5_000 }).toMatchObject({ events: 2 });
    expect(await world.database.query("SELECT succeeded::int FROM marketplace.template_days")).toEqual([
      { succeeded: 2 },
    ]);
  });
});
