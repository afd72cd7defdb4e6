import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

describe("publishTemplate", () => {
  it("201 created: the first version makes the template, with what follows from it", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    const result = await alice.publishTemplate({ body: workflow() });
    expect(result).toMatchObject({
      status: 201,
      body: {
        outcome: "created",
        dryRun: false,
        template: {
          tenant: "acme",
          templateId: "release-notes",
          kind: "workflow",
          name: "Release Notes",
          status: "active",
          visibility: "private",
          currentVersion: "1.0.0",
          category: "engineering",
          tags: ["release", "writing"],
          license: "Apache-2.0",
          owner: "team-a",
          agents: ["collector", "editor"],
        },
        version: { version: "1.0.0", status: "active" },
        warnings: [],
      },
    });
    expect(result.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("200 identical: the same content again changes nothing, wherever it came from", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    const again = await alice.publishTemplate({ body: workflow({ sourceCommit: "abcdef1" }) });
    expect(again).toMatchObject({ status: 200, body: { outcome: "identical" } });
    expect(again.headers.get("nofx-change")).toBeNull();
    expect(await world.database.query("SELECT FROM marketplace.template_versions")).toHaveLength(1);
    expect(await world.database.query("SELECT FROM marketplace.audit_log")).toHaveLength(1);
  });

  it("409 version_conflict: a published version is immutable, and the problem says what differs", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    const conflict = await alice.publishTemplate({
      body: workflow({ description: "Other.", version: "1.0.0+build.2" }),
    });
    expect(conflict).toBeProblem(409, "version_conflict");
    expect(!conflict.ok && conflict.problem.difference).toContainEqual({
      path: "$.description",
      before: "From merged changes to notes.",
      after: "Other.",
      severity: "patch",
      reason: "The description is another one",
    });
  });

  it("409 kind_conflict: a workflow does not become a prompt", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    const other = await alice.publishTemplate({ body: prompt({ templateId: "release-notes", version: "2.0.0" }) });
    expect(other).toBeProblem(409, "kind_conflict");
  });

  it("409 draft_needs_release: the first version cannot be a draft", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    expect(await alice.publishTemplate({ body: workflow(), draft: "true" })).toBeProblem(409, "draft_needs_release");
    expect(await world.database.query("SELECT FROM marketplace.templates")).toHaveLength(0);
  });

  it("422 manifest_invalid: schema and rules are reported together, each with its path", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const body = workflow({ templateId: "publish", version: "v1", tags: ["a", "a"], files: [] });
    const refused = await alice.publishTemplate({ body });
    expect(refused).toBeProblem(422, "manifest_invalid");
    expect(refused.ok ? [] : refused.problem.errors?.map(({ path }) => path).sort()).toEqual([
      "$.content.versionFile",
      "$.tags[1]",
      "$.templateId",
      "$.version",
    ]);
    expect(await world.database.query("SELECT FROM marketplace.templates")).toHaveLength(0);
  });

  it("200 with dryRun: judges exactly as it would, and writes nothing", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const judged = await alice.publishTemplate({ body: workflow(), dryRun: "true" });
    expect(judged).toMatchObject({ status: 200, body: { outcome: "created", dryRun: true } });
    expect(judged.headers.get("nofx-change")).toBeNull();
    expect(await world.database.query("SELECT FROM marketplace.templates")).toHaveLength(0);
    expect(await world.database.query("SELECT FROM marketplace.audit_log")).toHaveLength(0);
    const conflict = await (async () => {
      await alice.publishTemplate({ body: workflow() });
      return await alice.publishTemplate({ body: workflow({ name: "Other" }), dryRun: "true" });
    })();
    expect(conflict).toBeProblem(409, "version_conflict");
  });

  it("400 request_invalid: a draft says nothing of visibility", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const both = await alice.publishTemplate({ body: workflow(), draft: "true", visibility: "public" });
    expect(both).toBeProblem(400, "request_invalid");
  });

  it("401 and 403: not without a token, nor with one that may only read", async () => {
    const world = await marketplace();
    expect(await world.anonymous.publishTemplate({ body: workflow() })).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer"));
    expect(await viewer.publishTemplate({ body: workflow() })).toBeProblem(403, "forbidden");
  });

  it("the current version moves up by precedence, not by text, and not to a pre-release, a draft or an older line", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const current = async (version: string, draft: "true" | "false" = "false") => {
      const { template } = await unwrap(alice.publishTemplate({ body: workflow({ version }), draft }));
      return template.currentVersion;
    };
    expect(await current("1.9.0")).toBe("1.9.0");
    expect(await current("1.10.0")).toBe("1.10.0");
    expect(await current("1.9.1")).toBe("1.10.0");
    expect(await current("2.0.0-beta.1")).toBe("1.10.0");
    expect(await current("3.0.0", "true")).toBe("1.10.0");
    const { versions } = await unwrap(alice.listTemplateVersions({ templateId: "release-notes" }));
    expect(versions.map(({ version, status }) => `${version} ${status}`)).toEqual([
      "3.0.0 draft",
      "2.0.0-beta.1 active",
      "1.10.0 active",
      "1.9.1 active",
      "1.9.0 active",
    ]);
  });

  it("of 16 racing publishers exactly one creates, and the others are told that they published the same", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const racing = Array.from({ length: 16 }, () => alice.publishTemplate({ body: workflow() }));
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(15);
    expect(
      await world.database.query("SELECT FROM marketplace.outbox UNION ALL SELECT FROM marketplace.changes"),
    ).toHaveLength(1);
  });

  it("of 16 racing publishers with other contents one wins, and the others get a conflict", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const racing = Array.from({ length: 16 }, (_, index) =>
      alice.publishTemplate({ body: workflow({ name: `N${index}` }) }),
    );
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array<number>(15).fill(409)]);
  });

  it("the same Idempotency-Key publishes once, and answers the same again", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const once = () => alice.publishTemplate({ body: workflow() }, { idempotencyKey: "k1" });
    const [first, second] = [await once(), await once()];
    expect(second).toMatchObject({ status: 201, body: first.ok ? first.body : {} });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const other = await alice.publishTemplate({ body: workflow({ version: "2.0.0" }) }, { idempotencyKey: "k1" });
    expect(other).toBeProblem(422, "idempotency_key_reused");
  });

  it("audit entry and change tell the same, and the feed tells others only of what they can see", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    await alice.publishTemplate({ body: workflow(), visibility: "public" });
    await alice.publishTemplate({ body: workflow({ version: "2.0.0" }), draft: "true" });
    const entries = await world.database.query<Record<string, unknown>>(
      "SELECT action, version, details, change_id FROM marketplace.audit_log ORDER BY id",
    );
    expect(entries.map(({ action, version }) => [action, version])).toEqual([
      ["template.version_published", "1.0.0"],
      ["template.visibility_changed", null],
      ["template.version_published", "2.0.0"],
    ]);
    expect(entries[0]?.details).toMatchObject({ kind: "workflow", currentVersion: "1.0.0", visibility: "private" });
    const changes = await world.database.query<{ change_id: string; visibility: string }>(
      "SELECT change_id, visibility FROM (SELECT id, change_id, visibility FROM marketplace.outbox UNION ALL SELECT position, change_id, visibility FROM marketplace.changes) c ORDER BY change_id",
    );
    expect(changes.map(({ visibility }) => visibility)).toEqual(["private", "public", "private"]);
    expect(changes.map(({ change_id }) => change_id)).toEqual(entries.map(({ change_id }) => change_id));
  });
});
