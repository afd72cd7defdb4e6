import { randomUUID } from "node:crypto";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("publishAgent", () => {
  it("201 created: the first version makes the agent", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher("acme"));
    const result = await alice.publishAgent({ body: given.manifest() });
    expect(result).toMatchObject({
      status: 201,
      body: {
        outcome: "created",
        dryRun: false,
        agent: {
          tenant: "acme",
          agentId: "greeter",
          currentVersion: "1.0.0",
          visibility: "private",
          status: "active",
          capabilities: [{ id: "greet", label: "Greet somebody" }],
          tags: ["demo", "text"],
        },
        version: { version: "1.0.0", status: "active" },
        warnings: [],
      },
    });
    expect(result.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("200 identical: the same content again changes nothing", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const again = await alice.publishAgent({ body: given.manifest({ sourceCommit: "abcdef1" }) });
    expect(again).toMatchObject({ status: 200, body: { outcome: "identical" } });
    expect(again.headers.get("nofx-change")).toBeNull();
    expect(await database.query("SELECT * FROM registry.agent_versions")).toHaveLength(1);
    expect(await database.query("SELECT * FROM registry.audit_log WHERE resource_type = 'agent'")).toHaveLength(1);
  });

  it("409 version_conflict: a published version is immutable, and the problem says what differs", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const conflict = await alice.publishAgent({
      body: given.manifest({ description: "Other.", capabilities: [{ id: "greet", label: "Say hello" }] }),
    });
    expect(conflict).toBeProblem(409, "version_conflict");
    expect(!conflict.ok && conflict.problem.difference).toEqual(
      expect.arrayContaining([
        {
          path: "$.description",
          before: "Greets people.",
          after: "Other.",
          severity: "patch",
          reason: "The description is another one",
        },
        {
          path: "$.capabilities[?@.id=='greet'].label",
          before: "Greet somebody",
          after: "Say hello",
          severity: "patch",
          reason: "Capability `greet` has another label",
        },
      ]),
    );
  });

  it("409 version_conflict: build metadata does not make another version", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const other = await alice.publishAgent({ body: given.manifest({ version: "1.0.0+build.7" }) });
    expect(other).toBeProblem(409, "version_conflict");
  });

  it("422 manifest_invalid: schema and rules are reported together, each with its path", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const refused = await alice.publishAgent({
      body: given.manifest({
        agentId: "publish",
        version: "v1",
        tags: ["a", "a"],
        files: [{ path: "../etc/passwd", content: "x" }],
        manifest: { model: 7 as never },
      }),
    });
    expect(refused).toBeProblem(422, "manifest_invalid");
    const paths = refused.ok ? [] : refused.problem.errors?.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "$.agentId",
        "$.version",
        "$.tags[1]",
        "$.files[0].path",
        "$.manifest.model",
        "$.manifest.entryPrompt",
      ]),
    );
    expect(await database.query("SELECT FROM registry.agent_registry")).toHaveLength(0);
  });

  it("422 version_bump_too_small: a patch that removes a capability, which the problem names, and nothing is written", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest() });
    const body = given.manifest({ version: "1.0.1", capabilities: [] });
    const refused = await alice.publishAgent({ body });
    expect(refused).toBeProblem(422, "version_bump_too_small");
    expect(!refused.ok && refused.problem).toMatchObject({
      detail:
        "1.0.1 is a patch from 1.0.0, but the change is major. Capability `greet` is removed: callers that rely on it break. Publish as 2.0.0.",
      previous: "1.0.0",
      declared: "patch",
      required: "major",
      least: "2.0.0",
      reasons: [{ path: "$.capabilities[?@.id=='greet']", before: { id: "greet" }, severity: "major" }],
    });
    expect(await database.query("SELECT FROM registry.agent_versions")).toHaveLength(1);
    expect(
      await database.query(
        "SELECT FROM registry.outbox WHERE resource_type = 'agent' UNION ALL SELECT FROM registry.changes WHERE resource_type = 'agent'",
      ),
    ).toHaveLength(1);
    expect(await alice.publishAgent({ body: { ...body, version: "2.0.0" } })).toMatchObject({ status: 201 });
  });

  it("200 with dryRun: judges exactly as it would, and writes nothing", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const judged = await alice.publishAgent({ body: given.manifest(), dryRun: "true" });
    expect(judged).toMatchObject({ status: 200, body: { outcome: "created", dryRun: true } });
    expect(judged.headers.get("nofx-change")).toBeNull();
    expect(await database.query("SELECT FROM registry.agent_registry")).toHaveLength(0);
    expect(await database.query("SELECT FROM registry.audit_log WHERE resource_type = 'agent'")).toHaveLength(0);
    expect(await alice.getAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
    await alice.publishAgent({ body: given.manifest() });
    const conflict = await alice.publishAgent({ body: given.manifest({ name: "Other" }), dryRun: "true" });
    expect(conflict).toBeProblem(409, "version_conflict");
  });

  it("both dialects of the manifest publish, and unknown keys are kept with a warning", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const code = given.manifest({
      agentId: "coded",
      files: [],
      manifest: { entry: "agents/coded/index.ts", flavour: "vanilla" },
    });
    const result = await unwrap(alice.publishAgent({ body: code }));
    expect(result.warnings).toMatchObject([{ path: "$.manifest.flavour", code: "unknown_key", severity: "warning" }]);
    const document = await unwrap(alice.getAgentVersion({ agentId: "coded", version: "1.0.0" }));
    expect(document.manifest).toMatchObject({ entry: "agents/coded/index.ts", flavour: "vanilla" });
  });

  it("a draft is seen by its own tenant only, is not current, and does not move with the rest", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.publishAgent({ body: given.manifest(), visibility: "public" }));
    const draft = { body: given.manifest({ version: "2.0.0", name: "Unreleased" }), draft: "true" } as const;
    expect(await alice.publishAgent(draft)).toMatchObject({
      status: 201,
      body: { agent: { currentVersion: "1.0.0", name: "Greeter" }, version: { version: "2.0.0", status: "draft" } },
    });
    const address = { agentId: "greeter", tenant: "acme" };
    const versionsSeenBy = async (client: typeof alice) =>
      (await unwrap(client.listAgentVersions(address))).versions.map(({ version }) => version);
    expect(await versionsSeenBy(alice)).toEqual(["2.0.0", "1.0.0"]);
    expect(await versionsSeenBy(anonymous)).toEqual(["1.0.0"]);
    expect((await alice.getAgentVersion({ ...address, version: "2.0.0" })).status).toBe(200);
    const file = { ...address, version: "2.0.0", path: "prompts/system.md" };
    expect((await alice.getAgentFile(file)).status).toBe(200);
    expect(await anonymous.getAgentVersion({ ...address, version: "2.0.0" })).toBeProblem(404, "version_not_found");
    expect(await anonymous.getAgentFile(file)).toBeProblem(404, "version_not_found");
    expect(JSON.stringify(await unwrap(anonymous.getAgent(address)))).not.toContain("2.0.0");
    await expect
      .poll(async () => (await unwrap(alice.listChanges())).changes.at(-1))
      .toMatchObject({ version: "2.0.0", visibility: "private", data: { status: "draft" } });
    expect(JSON.stringify(await unwrap(anonymous.listChanges()))).not.toContain("2.0.0");
    expect(await alice.publishAgent(draft)).toMatchObject({ status: 200, body: { outcome: "identical" } });
  });

  it("409 draft_needs_release: the first version; 400: a draft that changes the visibility", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const draft = { body: given.manifest(), draft: "true" } as const;
    expect(await alice.publishAgent(draft)).toBeProblem(409, "draft_needs_release");
    expect(await database.query("SELECT FROM registry.agent_registry")).toHaveLength(0);
    expect(await alice.publishAgent({ ...draft, visibility: "public" })).toBeProblem(400, "request_invalid");
  });

  it("the current version moves to a higher stable one only", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const current = async (version: string) =>
      (await unwrap(alice.publishAgent({ body: given.manifest({ version }) }))).agent.currentVersion;
    expect(await current("1.9.0")).toBe("1.9.0");
    expect(await current("1.10.0")).toBe("1.10.0");
    expect(await current("2.0.0-rc.1")).toBe("1.10.0");
    expect(await current("1.9.1")).toBe("1.10.0");
    expect(await current("2.0.0")).toBe("2.0.0");
  });

  it("visibility is private until it is asked for, and can be changed with an identical publish", async () => {
    const { as, given, anonymous, database } = await registry();
    const alice = as(await given.publisher("acme"));
    await alice.publishAgent({ body: given.manifest() });
    const address = { agentId: "greeter", tenant: "acme" };
    expect(await anonymous.getAgent(address)).toBeProblem(404, "agent_not_found");
    const opened = await alice.publishAgent({ body: given.manifest(), visibility: "public" });
    expect(opened).toMatchObject({ status: 200, body: { outcome: "identical", agent: { visibility: "public" } } });
    expect(await anonymous.getAgent(address)).toMatchObject({ status: 200 });
    await alice.publishAgent({ body: given.manifest(), visibility: "private" });
    expect(await anonymous.getAgent(address)).toBeProblem(404, "agent_not_found");
    const events = await database.query<{ action: string }>(
      "SELECT action FROM registry.audit_log WHERE resource_type = 'agent' ORDER BY id",
    );
    expect(events.map(({ action }) => action)).toEqual([
      "agent.version_published",
      "agent.visibility_changed",
      "agent.visibility_changed",
    ]);
  });

  it("of 16 publishers of one version exactly one creates it, 100 times over", async () => {
    const { as, given, database } = await registry({ DATABASE_CONNECTIONS_MAX: "16" });
    const alice = as(await given.publisher());
    for (let round = 0; round < 100; round += 1) {
      const body = given.manifest({ agentId: `racer-${round}` });
      const results = await Promise.all(Array.from({ length: 16 }, () => alice.publishAgent({ body })));
      const statuses = results.map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array(15).fill(200), 201]);
    }
    const [counts] = await database.query<{ versions: string; entries: string }>(`
      SELECT (SELECT count(*) FROM registry.agent_versions) AS versions,
             (SELECT count(*) FROM registry.audit_log WHERE action = 'agent.version_published') AS entries`);
    expect(counts).toEqual({ versions: "100", entries: "100" });
  });

  it("of publishers of different contents one wins and the others learn of the conflict", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        alice.publishAgent({ body: given.manifest({ description: `Variant ${index}` }) }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });
});

describe("publishAgent with an Idempotency-Key", () => {
  it("the same key and body replays status, body and headers, and has one effect", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const options = { idempotencyKey: randomUUID() };
    const first = await alice.publishAgent({ body: given.manifest() }, options);
    const again = await alice.publishAgent({ body: given.manifest() }, options);
    expect(again.status).toBe(201);
    expect(again.ok && again.body).toEqual(first.ok && first.body);
    expect(again.headers.get("nofx-change")).toBe(first.headers.get("nofx-change"));
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await database.query("SELECT FROM registry.agent_versions")).toHaveLength(1);
  });

  it("422 idempotency_key_reused: the same key with another body", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const options = { idempotencyKey: "key-1" };
    await alice.publishAgent({ body: given.manifest() }, options);
    const other = await alice.publishAgent({ body: given.manifest({ version: "1.1.0" }) }, options);
    expect(other).toBeProblem(422, "idempotency_key_reused");
  });

  it("409 idempotency_in_flight: the first request still runs", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher("acme"));
    await alice.publishAgent({ body: given.manifest() });
    const { Client } = (await import("pg")).default;
    const blocker = new Client({ connectionString: database.adminUrl });
    await blocker.connect();
    await blocker.query("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('agent acme/greeter', 0))");
    const body = given.manifest({ version: "1.1.0" });
    const first = alice.publishAgent({ body }, { idempotencyKey: "key-1" });
    const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    await expect.poll(() => database.query(waiting)).toHaveLength(1);
    const second = await alice.publishAgent({ body }, { idempotencyKey: "key-1" });
    expect(second).toBeProblem(409, "idempotency_in_flight");
    expect(second.headers.get("retry-after")).toBe("1");
    await blocker.end();
    expect(await first).toMatchObject({ status: 201 });
  });

  it("a refused request does not use the key up", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const options = { idempotencyKey: "key-1" };
    expect(await alice.publishAgent({ body: given.manifest({ version: "one" }) }, options)).toBeProblem(
      422,
      "manifest_invalid",
    );
    expect(await alice.publishAgent({ body: given.manifest() }, options)).toMatchObject({ status: 201 });
  });

  it("tenants do not share keys, and the older header name works", async () => {
    const { as, given } = await registry();
    for (const tenant of ["acme", "globex"]) {
      const publisher = as(await given.publisher(tenant));
      const options = { headers: { "x-idempotency-key": "key-1" } };
      expect(await publisher.publishAgent({ body: given.manifest() }, options)).toMatchObject({ status: 201 });
      expect(
        (await publisher.publishAgent({ body: given.manifest() }, options)).headers.get("idempotency-replayed"),
      ).toBe("true");
    }
  });
});
