import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { outcomes, publishOf, stateOf, type TemplateOperation } from "./bulk.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";
const reason = "testing";

describe("a bulk request", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    client = world.as(await world.person("admin", "acme"));
  });
  const bulk = (operations: TemplateOperation[], atomic = false, dryRun: "true" | "false" = "false") =>
    client.bulkTemplates({ body: { operations, atomic }, dryRun });
  const detail = async () => (await unwrap(client.getTemplate({ templateId }))).template;

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
