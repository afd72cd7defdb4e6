import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { storedRows } from "./agents.ts";
import { type CheckedMarketplace, checkedMarketplace, failing, sound, unmet } from "./checks.ts";

const published =
  "SELECT details, change_id FROM marketplace.audit_log WHERE action = 'template.version_published' ORDER BY id";
const told =
  "SELECT data FROM (SELECT data, at FROM marketplace.outbox UNION ALL SELECT data, at FROM marketplace.changes) all_changes";

describe("publishing by force", () => {
  let checked: CheckedMarketplace;
  beforeEach(async () => {
    checked = await checkedMarketplace();
  });

  it("201 for an administrator: in spite of failing tests, said in warnings, audited; the report is kept", async () => {
    const { admin, world } = checked;
    const answer = await unwrap(admin.publishTemplate({ body: failing(), force: "true" }));
    expect(answer).toMatchObject({ outcome: "created", tests: { failed: 2 }, version: { tests: { failed: 2 } } });
    expect(answer.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["publish_forced", "test_failed", "test_failed"]),
    );
    const [entry] = await world.database.query(published);
    expect(entry).toMatchObject({
      details: {
        forced: true,
        failed: "tests_failed",
        overridden: { code: "tests_failed", errors: [{ path: "$.content.tests[1].plan[1]" }, {}] },
      },
    });
    const rows = JSON.stringify(await world.database.query(told));
    expect(rows).toContain('"forced":true');
    expect(rows).not.toContain("overridden");
  });

  it("201 for an administrator: in spite of an agent that nobody has, and of a registry that is down, without a lock", async () => {
    const { admin, state, world } = checked;
    const unsatisfiable = await unwrap(admin.publishTemplate({ body: unmet(), force: "true" }));
    expect(unsatisfiable).toMatchObject({ outcome: "created" });
    state.isDown = true;
    const body = sound({ templateId: "other" });
    const blind = await unwrap(admin.publishTemplate({ body, force: "true" }));
    expect({ lock: blind.lock, tests: blind.tests }).toEqual({ lock: undefined, tests: undefined });
    expect(blind.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["publish_forced", "dependency_unavailable"]),
    );
    expect(await world.database.query(published)).toMatchObject([
      { details: { forced: true, failed: "dependencies_unsatisfiable" } },
      { details: { forced: true, failed: "dependency_unavailable" } },
    ]);
  });

  it("201: where nothing stands against it, nothing was forced", async () => {
    const { admin, world } = checked;
    const { warnings, lock } = await unwrap(admin.publishTemplate({ body: sound(), force: "true" }));
    expect(warnings.map(({ code }) => code)).not.toContain("publish_forced");
    const [entry] = await world.database.query<{ details: object }>(published);
    expect(entry?.details).not.toHaveProperty("forced");
    // The agents are the tenant's own: the feed does not tell of the lock.
    expect(entry?.details).not.toHaveProperty("lock");
    expect(lock).toBeDefined();
  });

  it("403 forbidden for a publisher, whatever the checks would say; nothing is written", async () => {
    const { alice, world } = checked;
    const before = await storedRows(world);
    for (const body of [sound(), failing()]) {
      const refused = await alice.publishTemplate({ body, force: "true" });
      expect(refused).toBeProblem(403, "forbidden");
      expect(refused).toMatchObject({ problem: { detail: expect.stringContaining("templates:admin") } });
    }
    expect(await storedRows(world)).toBe(before);
  });

  it("422: other rules hold all the same", async () => {
    const { admin } = checked;
    await unwrap(admin.publishTemplate({ body: failing(), force: "true" }));
    const broken = { ...failing({ version: "1.0.1" }).content, goal: 7 } as never;
    const refused = await admin.publishTemplate({
      body: failing({ version: "1.0.1", content: broken }),
      force: "true",
    });
    expect(refused).toBeProblem(422, "manifest_invalid");
  });
});
