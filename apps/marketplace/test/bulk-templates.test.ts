import { unwrap } from "@nofx/client";
import { bulkLimits } from "@nofx/contract-marketplace";
import { beforeEach, describe, expect, it } from "vitest";
import { outcomes, publishOf, stateOf, type TemplateOperation } from "./bulk.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

const templateId = "release-notes";
const reason = "testing";

describe("bulkTemplates", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    client = world.as(await world.person("admin", "acme"));
  });
  const bulk = (operations: TemplateOperation[], atomic = false, dryRun: "true" | "false" = "false") =>
    client.bulkTemplates({ body: { operations, atomic }, dryRun });
  const detail = async (id = templateId) => (await unwrap(client.getTemplate({ templateId: id }))).template;
  const document = async (version: string, id = templateId) =>
    await unwrap(client.getTemplateVersion({ templateId: id, version }));

  it("200: publish, as the single operation does, drafts and visibility too", async () => {
    const operations: TemplateOperation[] = [
      { ...publishOf(), visibility: "public" } as TemplateOperation,
      publishOf(),
      publishOf({ name: "Other" }),
      { ...publishOf({ version: "1.0.1", name: "Other" }), draft: true } as TemplateOperation,
      publishOf({ version: "2.0.0", tags: ["Not A Tag"] }),
      { op: "publish", manifest: {} },
      { op: "publish", manifest: { ...prompt({ templateId, version: "3.0.0" }) } },
      { ...publishOf({ templateId: "fresh" }), draft: true } as TemplateOperation,
      publishOf({
        version: "1.0.2",
        content: {
          ...workflow().content,
          variables: { since: { type: "string" }, to: { type: "string", required: true } },
        },
      }),
    ];
    expect(await outcomes(bulk(operations))).toEqual([
      "publish 201 created 1.0.0",
      "publish 200 identical 1.0.0",
      "publish 409 failed version_conflict",
      "publish 201 created 1.0.1",
      "publish 422 failed manifest_invalid",
      "publish 422 failed manifest_invalid",
      "publish 409 failed kind_conflict",
      "publish 409 failed draft_needs_release",
      "publish 422 failed version_bump_too_small",
    ]);
    expect(await detail()).toMatchObject({
      visibility: "public",
      currentVersion: "1.0.0",
      versions: [{ status: "draft" }, {}],
    });
  });

  it("200: a failed operation is told as its single operation tells it", async () => {
    const { results } = await unwrap(bulk([publishOf({ tags: ["Not A Tag"] }), { op: "delete", templateId, reason }]));
    const alone = await client.publishTemplate({ body: workflow({ tags: ["Not A Tag"] }) });
    if (alone.ok) throw new Error("published");
    const { code, title, detail: told, errors } = alone.problem;
    expect(results[0]).toEqual({
      ...{ index: 0, op: "publish", templateId, status: 422, outcome: "failed" },
      problem: { code, title, detail: told, errors },
    });
    expect(results[1]).toMatchObject({ index: 1, templateId, status: 404, problem: { code: "template_not_found" } });
    const many = { ...workflow().content, steps: Array.from({ length: 60 }, () => ({ id: "?", agentId: "" })) };
    const capped = await unwrap(bulk([publishOf({ content: many })]));
    expect(capped.results[0]?.problem?.errors).toHaveLength(bulkLimits.errorsMax);
  });

  it("200: update merges into the current document, keeps its files, and finds the least honest version", async () => {
    await unwrap(client.publishTemplate({ body: workflow() }));
    const update = (changes: object, version?: string): TemplateOperation => ({
      ...{ op: "update", templateId, changes: { ...changes } },
      ...(version !== undefined && { version }),
    });
    const variables = { to: { type: "string" } };
    expect(
      await outcomes(
        bulk([
          update({ description: "Other words." }),
          update({ description: "Other words." }),
          update({ content: { variables } }),
          update({ content: { variables: { since: null } }, license: "MIT" }),
          update({ content: { variables: { until: { type: "string", required: true } } } }),
          update({ name: "Notes" }, "2.5.0"),
          update({}, "2.5.0"),
          update({ name: "Other" }, "2.5.0"),
          update({ content: null }),
          update({ license: "Apache-2.0" }, "2.5.1"),
        ]),
      ),
    ).toEqual([
      "update 201 created 1.0.1",
      "update 200 unchanged 1.0.1",
      "update 201 created 1.1.0",
      "update 422 failed manifest_invalid",
      "update 201 created 2.0.0",
      "update 201 created 2.5.0",
      "update 200 identical 2.5.0",
      "update 409 failed version_conflict",
      "update 422 failed manifest_invalid",
      "update 422 failed version_bump_too_small",
    ]);
    const [first, last] = [await document("1.0.0"), await document("2.5.0")];
    expect(last).toEqual({
      ...{ ...first, name: "Notes", version: "2.5.0", description: "Other words." },
      content: {
        ...first.content,
        variables: {
          since: { type: "string", required: true },
          to: { type: "string" },
          until: { type: "string", required: true },
        },
      },
    });
    const file = { templateId, version: "2.5.0", path: "versions/1.0.0.json" };
    const before = await unwrap(client.getTemplateFile({ ...file, version: "1.0.0" }));
    expect(await unwrap(client.getTemplateFile(file))).toEqual(before);
  });

  it("200: update after a rollback goes above all versions where the least is taken; of a pre-release, to the next", async () => {
    for (const version of ["1.0.0", "1.0.1"])
      await unwrap(client.publishTemplate({ body: workflow({ version, name: version }) }));
    await unwrap(client.rollbackTemplate({ templateId, body: { targetVersion: "1.0.0", reason } }));
    await unwrap(client.publishTemplate({ body: workflow({ templateId: "beta", version: "1.0.0-beta.1" }) }));
    expect(
      await outcomes(
        bulk([
          { op: "update", templateId, changes: { name: "New" } },
          { op: "tag", templateId: "beta", add: ["new"] },
        ]),
      ),
    ).toEqual(["update 201 created 1.0.2", "tag 201 created 1.0.0-beta.2"]);
    expect(await detail()).toMatchObject({ currentVersion: "1.0.2", name: "New" });
  });

  it("200: tag and move publish the next patch version with nothing else changed, or nothing", async () => {
    await unwrap(client.publishTemplate({ body: workflow() }));
    expect(
      await outcomes(
        bulk([
          { op: "tag", templateId, add: ["new", "release"], remove: ["writing", "absent"] },
          { op: "tag", templateId, add: ["new"], remove: ["absent"] },
          { op: "move", templateId, category: "marketing" },
          { op: "move", templateId, category: "marketing" },
          { op: "move", templateId, category: null },
          { op: "tag", templateId, remove: ["release", "new"] },
          { op: "tag", templateId, add: Array.from({ length: 10 }, (_, index) => `tag-${index}`) },
          { op: "tag", templateId, add: ["one-too-many"] },
          { op: "move", templateId: "absent", category: "x" },
        ]),
      ),
    ).toEqual([
      "tag 201 created 1.0.1",
      "tag 200 unchanged 1.0.1",
      "move 201 created 1.0.2",
      "move 200 unchanged 1.0.2",
      "move 201 created 1.0.3",
      "tag 201 created 1.0.4",
      "tag 201 created 1.0.5",
      "tag 422 failed manifest_invalid",
      "move 404 failed template_not_found",
    ]);
    const { tags: _tags, category: _category, version: _version, ...rest } = await document("1.0.0");
    expect(await document("1.0.1")).toEqual({
      ...rest,
      version: "1.0.1",
      tags: ["release", "new"],
      category: "engineering",
    });
    expect(await document("1.0.4")).toEqual({ ...rest, version: "1.0.4" });
  });

  it("200: deprecate, archive, delete and restore set the status of the template, or of a version", async () => {
    for (const version of ["1.0.0", "1.0.1"])
      await unwrap(client.publishTemplate({ body: workflow({ version, name: version }) }));
    await unwrap(client.publishTemplate({ body: workflow({ version: "1.0.2", name: "Draft" }), draft: "true" }));
    await unwrap(client.publishTemplate({ body: prompt() }));
    const of = { templateId, reason };
    expect(
      await outcomes(
        bulk([
          { op: "deprecate", ...of, successor: { templateId: "coach" } },
          { op: "deprecate", ...of, successor: { templateId: "coach", tenant: "acme" } },
          { op: "deprecate", ...of, successor: { templateId: "absent" } },
          { op: "deprecate", ...of, version: "1.0.0", successor: "1.0.1" },
          { op: "archive", ...of, version: "1.0.1" },
          { op: "archive", ...of, version: "1.0.0" },
          { op: "restore", ...of, version: "1.0.0" },
          { op: "restore", ...of, version: "1.0.2" },
          { op: "archive", ...of, version: "1.0.2" },
          { op: "restore", ...of, version: "9.0.0" },
          { op: "deprecate", ...of, version: "1.0.0", successor: "9.0.0" },
          { op: "archive", ...of },
          { op: "delete", ...of },
        ]),
      ),
    ).toEqual([
      "deprecate 200 changed",
      "deprecate 200 unchanged",
      "deprecate 422 failed successor_refused",
      "deprecate 200 changed 1.0.0",
      "archive 409 failed version_in_use",
      "archive 200 changed 1.0.0",
      "restore 200 changed 1.0.0",
      "restore 409 failed status_transition_refused",
      "archive 409 failed status_transition_refused",
      "restore 404 failed version_not_found",
      "deprecate 422 failed successor_refused",
      "archive 200 changed",
      "delete 200 unchanged",
    ]);
    expect(await detail()).toMatchObject({
      status: "disabled",
      statusReason: reason,
      versions: [{}, {}, { status: "active" }],
    });
    expect(
      await outcomes(
        bulk([
          { op: "restore", ...of },
          { op: "restore", ...of },
        ]),
      ),
    ).toEqual(["restore 200 changed", "restore 200 unchanged"]);
    expect(await detail()).toMatchObject({ status: "active" });
  });

  it("200: operations on one template see each other, in the order of the request", async () => {
    const answer = await bulk([
      publishOf(),
      publishOf({ version: "1.1.0", license: "MIT" }),
      { op: "deprecate", templateId, version: "1.0.0", reason, successor: "1.1.0" },
      { op: "tag", templateId, add: ["new"] },
    ]);
    expect((await unwrap(Promise.resolve(answer))).results.map(({ outcome }) => outcome)).toEqual([
      ...["created", "created", "changed", "created"],
    ]);
    expect(await detail()).toMatchObject({
      currentVersion: "1.1.1",
      versions: [
        { version: "1.1.1" },
        { version: "1.1.0" },
        { version: "1.0.0", status: "deprecated", successor: "1.1.0" },
      ],
    });
    const rows = await world.database.query<{ change_id: string; version: string }>(
      "SELECT change_id, version FROM marketplace.audit_log ORDER BY id",
    );
    expect(rows.map(({ version }) => version)).toEqual(["1.0.0", "1.1.0", "1.0.0", "1.1.1"]);
    expect(answer.headers.get("nofx-change")).toBe(rows.at(-1)?.change_id);
  });

  it("200: each operation needs the scope of its single one; the others are carried out", async () => {
    await unwrap(client.publishTemplate({ body: workflow() }));
    const publisher = world.as(await world.person("publisher", "acme"));
    const operations: TemplateOperation[] = [
      { op: "delete", templateId, reason },
      { op: "tag", templateId, add: ["new"] },
      { op: "archive", templateId, version: "1.0.0", reason },
    ];
    const answer = await unwrap(publisher.bulkTemplates({ body: { operations } }));
    expect(answer.summary).toEqual({ succeeded: 1, failed: 2, skipped: 0 });
    expect(answer.results).toMatchObject([
      { status: 403, problem: { code: "forbidden", detail: "The token lacks the scope templates:admin." } },
      { status: 201 },
      { status: 403 },
    ]);
    expect(await detail()).toMatchObject({ status: "active", currentVersion: "1.0.1" });
  });

  it("401 unauthenticated, 403 forbidden, 403 agent_not_allowed: for whom not even a publish is open", async () => {
    const body = { operations: [publishOf()] };
    expect(await world.anonymous.bulkTemplates({ body })).toBeProblem(401, "unauthenticated");
    const viewer = world.as(await world.person("viewer", "acme"));
    expect(await viewer.bulkTemplates({ body })).toBeProblem(403, "forbidden");
    const bound = world.as(await world.bound("acme", ["collector"]));
    expect(await bound.bulkTemplates({ body })).toBeProblem(403, "agent_not_allowed");
  });

  it("200: atomic with a failure applies nothing, explains each that failed, and skips the others", async () => {
    await unwrap(client.publishTemplate({ body: workflow() }));
    const before = await stateOf(world);
    const operations: TemplateOperation[] = [
      publishOf({ version: "1.0.1", name: "New" }),
      { op: "delete", templateId: "absent", reason },
      { op: "delete", templateId, reason },
      publishOf({ name: "Conflict" }),
    ];
    const answer = await bulk(operations, true);
    expect(answer.headers.get("nofx-change")).toBeNull();
    const result = await unwrap(Promise.resolve(answer));
    expect(result).toMatchObject({ atomic: true, applied: false, summary: { succeeded: 0, failed: 2, skipped: 2 } });
    expect(await outcomes(bulk(operations, true))).toEqual([
      "publish 424 skipped bulk_not_applied",
      "delete 404 failed template_not_found",
      "delete 424 skipped bulk_not_applied",
      "publish 409 failed version_conflict",
    ]);
    expect(await stateOf(world)).toBe(before);
    expect(await unwrap(bulk(operations.slice(0, 1), true))).toMatchObject({ atomic: true, applied: true });
    expect(await detail()).toMatchObject({ name: "New" });
  });

  it("200: a dry run tells what would be, atomic or not, and writes nothing", async () => {
    const before = await stateOf(world);
    const operations: TemplateOperation[] = [
      publishOf(),
      { op: "tag", templateId, add: ["new"] },
      { op: "delete", templateId: "absent", reason },
    ];
    const dry = await bulk(operations, false, "true");
    expect(dry.headers.get("nofx-change")).toBeNull();
    const told = await unwrap(Promise.resolve(dry));
    expect(told).toMatchObject({ dryRun: true, applied: false, summary: { succeeded: 2, failed: 1, skipped: 0 } });
    expect(await unwrap(bulk(operations, true, "true"))).toMatchObject({
      ...{ dryRun: true, applied: false },
      summary: { succeeded: 0, failed: 1, skipped: 2 },
    });
    expect(await stateOf(world)).toBe(before);
    expect(await unwrap(bulk(operations))).toEqual({ ...told, dryRun: false, applied: true });
  });

  it("200: what was read before is not read again", async () => {
    await unwrap(client.publishTemplate({ body: workflow(), visibility: "public" }));
    const names = async () =>
      (await unwrap(world.anonymous.listTemplates({ tenant: "acme" }))).templates.map(({ name }) => name);
    expect(await names()).toEqual(["Release Notes"]);
    await unwrap(bulk([{ op: "update", templateId, changes: { name: "New" } }]));
    expect(await names()).toEqual(["New"]);
    expect(await detail()).toMatchObject({ name: "New" });
  });

  it("400 request_invalid: every operation that is none, each with its path", async () => {
    const paths = async (operations: unknown[]) => {
      const answer = await bulk(operations as TemplateOperation[]);
      expect(answer).toBeProblem(400, "request_invalid");
      return answer.ok ? [] : (answer.problem.errors ?? []).map(({ path }) => path);
    };
    const op = { op: "delete", templateId, reason };
    expect(await paths([op, { ...op, op: "destroy" }, { op: "delete", templateId }])).toEqual([
      "$.operations[1].op",
      "$.operations[2].reason",
    ]);
    expect(await paths([{ op: "update", templateId, changes: { templateId: "x", files: [] } }])).toEqual([
      "$.operations[0].changes.templateId",
      "$.operations[0].changes.files",
    ]);
    expect(await paths([{ op: "tag", templateId, add: ["a"], remove: ["a"] }])).toEqual(["$.operations[0].remove"]);
    expect(await paths([{ ...publishOf(), draft: true, visibility: "public" }])).toEqual([
      "$.operations[0].visibility",
    ]);
    const deprecate = { op: "deprecate", templateId, reason };
    expect(await paths([{ ...deprecate, successor: "1.0.0" }])).toEqual(["$.operations[0].successor"]);
    expect(await paths([{ ...deprecate, version: "1.0.0", successor: { templateId } }])).toEqual([
      "$.operations[0].successor",
    ]);
    expect(await paths([])).toEqual(["$.operations"]);
    expect(await paths(Array.from({ length: 1001 }, () => op))).toEqual(["$.operations"]);
  });

  it("500 internal_error: a fault is no answer to an operation; nothing is applied", async () => {
    await world.database.query("ALTER TABLE marketplace.template_versions ADD CHECK (version <> '6.6.6')");
    const before = await stateOf(world);
    const operations = [publishOf(), publishOf({ templateId: "broken", version: "6.6.6" })];
    expect(await bulk(operations)).toBeProblem(500, "internal_error");
    expect(await stateOf(world)).toBe(before);
  });

  it("names no template that cannot be one", async () => {
    const { results } = await unwrap(bulk([publishOf({ templateId: "Not An Id" })]));
    expect(results).toMatchObject([{ status: 422, problem: { code: "manifest_invalid" } }]);
    expect(results[0]?.templateId).toBeUndefined();
  });

  it("takes 16 MiB; more is 413 payload_too_large", async () => {
    const content = "x".repeat(256 * 1024);
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        publishOf({ templateId: `large-${index}`, files: [...(workflow().files ?? []), { path: "a.txt", content }] }),
      );
    expect(await unwrap(bulk(many(60)))).toMatchObject({ summary: { succeeded: 60 } });
    expect(await bulk(many(66))).toBeProblem(413, "payload_too_large");
  });
});
