import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { publishAgent, storedRows } from "./agents.ts";
import { checkedMarketplace, failing, onSocket, sound } from "./checks.ts";
import { marketplace } from "./marketplace.ts";

describe("publishing while the registry is down", () => {
  it("503 dependency_unavailable with Retry-After: nothing is written, and the same key works again", async () => {
    const { alice, world, state } = await checkedMarketplace();
    const before = await storedRows(world);
    state.isDown = true;
    const refused = await alice.publishTemplate({ body: sound() }, { idempotencyKey: "k" });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    const published = await alice.publishTemplate({ body: sound() }, { idempotencyKey: "k" });
    expect(published).toMatchObject({ status: 201, body: { outcome: "created", tests: { failed: 0 } } });
    state.isDown = true;
    const again = await alice.publishTemplate({ body: sound() }, { idempotencyKey: "k" });
    expect(again).toMatchObject({ status: 201, body: published.ok ? published.body : {} });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("503: its socket is closed, for agents and for tokens; nothing is written", async () => {
    const { fetchRegistry, stop } = onSocket();
    const world = await marketplace({ PUBLISH_CHECKS_DEFAULT: "enforce" }, { fetchRegistry });
    const acme = await world.person("publisher", "acme");
    const alice = world.as(acme);
    for (const agentId of ["collector", "editor"]) await publishAgent(world, acme, agentId, "1.0.0");
    await unwrap(alice.publishTemplate({ body: sound() }));
    const before = await storedRows(world);
    stop();
    const next = sound({ version: "1.1.0" });
    const refused = await alice.publishTemplate({ body: next });
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(refused.headers.get("retry-after")).toBeTruthy();
    world.deps.authenticate.forget();
    const unknown = await alice.publishTemplate({ body: next });
    expect(unknown).toBeProblem(503, "unavailable");
    expect(unknown.headers.get("retry-after")).toBeTruthy();
    expect(await storedRows(world)).toBe(before);
  });

  it("422 tests_failed comes again with its key, as it is judged anew", async () => {
    const { alice, admin } = await checkedMarketplace();
    const once = { idempotencyKey: "k" };
    expect(await alice.publishTemplate({ body: failing() }, once)).toBeProblem(422, "tests_failed");
    const body = { semverPolicy: "enforce", publishChecks: "warn" } as const;
    await unwrap(admin.updateMarketplaceSettings({ body }));
    expect(await alice.publishTemplate({ body: failing() }, once)).toMatchObject({ status: 201 });
  });
});

describe("publishers who race", () => {
  it("of eight with the same content, one creates, and lock and report are kept once", async () => {
    const { alice, world } = await checkedMarketplace();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => unwrap(alice.publishTemplate({ body: sound() }))),
    );
    expect(answers.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
    expect(answers.filter(({ lock }) => lock !== undefined)).toHaveLength(1);
    expect(new Set(answers.map(({ version }) => version.tests?.testedAt)).size).toBe(1);
    expect(await world.database.query("SELECT FROM marketplace.template_locks")).toHaveLength(1);
    expect(await world.database.query("SELECT FROM marketplace.template_test_reports")).toHaveLength(1);
  });

  it("of two with other content, one creates, and its report stays", async () => {
    const { alice } = await checkedMarketplace();
    const bodies = [sound(), sound({ description: "Other" })];
    const answers = await Promise.all(bodies.map((body) => alice.publishTemplate({ body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { report } = await unwrap(alice.getTemplateTestReport({ templateId: "release-notes", version: "1.0.0" }));
    expect(report.failed).toBe(0);
  });
});
