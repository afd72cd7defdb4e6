import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { publishOf, stateOf, type TemplateOperation, words } from "./bulk.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt } from "./templates.ts";

const reason = "testing";
const name = (index: number) => `template-${String(index).padStart(3, "0")}`;

/** Three or four operations on each of many templates, and ten that cannot be carried out. */
const mixed = (): TemplateOperation[] => {
  const good = Array.from({ length: 330 }, (_, index): TemplateOperation[] => {
    const templateId = name(index);
    const first =
      index % 2 ? publishOf({ templateId }) : { op: "publish" as const, manifest: { ...prompt({ templateId }) } };
    const last: TemplateOperation[] = [
      { op: "tag", templateId, add: ["bulk"] },
      { op: "move", templateId, category: "bulk" },
      { op: "deprecate", templateId, reason },
      { op: "delete", templateId, reason },
      { op: "deprecate", templateId, version: "1.0.0", reason },
    ];
    const changes = { op: "update" as const, templateId, changes: { description: `Number ${index}.` } };
    return [first, changes, last[index % last.length] as TemplateOperation];
  }).flat();
  const bad: TemplateOperation[] = [
    ...[1, 2, 3].map((index) => ({ op: "delete" as const, templateId: `absent-${index}`, reason })),
    ...[4, 5, 6].map((index) => publishOf({ templateId: name(index), tags: ["Not A Tag"] })),
    ...[7, 9].map((index) => publishOf({ templateId: name(index), name: "Conflict" })),
    { op: "restore", templateId: name(0), version: "9.0.0", reason },
    { op: "archive", templateId: name(6), version: "1.0.2", reason },
  ];
  return bad.reduce((all, operation, index) => all.toSpliced((index + 1) * 90, 0, operation), good);
};

describe("a thousand operations, ten of which fail", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    client = world.as(await world.person("admin", "acme"));
  });
  const send = (atomic: boolean, operations = mixed(), extra: object = {}) =>
    client.bulkTemplates({ body: { operations, atomic }, ...extra });

  it("990 are applied and ten explained; audit log and feed have exactly what was applied", async () => {
    const { summary, results } = await unwrap(send(false));
    expect(summary).toEqual({ succeeded: 990, failed: 10, skipped: 0 });
    expect(results.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(
      results
        .filter(({ outcome }) => outcome === "failed")
        .map(({ problem }) => problem?.code)
        .sort(),
    ).toEqual([
      ...["manifest_invalid", "manifest_invalid", "manifest_invalid"],
      ...["template_not_found", "template_not_found", "template_not_found"],
      ...["version_conflict", "version_conflict", "version_in_use", "version_not_found"],
    ]);
    const done = results.filter(({ outcome }) => outcome === "created" || outcome === "changed");
    expect(done).toHaveLength(990);
    const applied = done.map(({ templateId, version }) => ({ resource_id: templateId, version: version ?? null }));
    const entries = await world.database.query("SELECT resource_id, version FROM marketplace.audit_log ORDER BY id");
    expect(entries).toEqual(applied);
    const [feed] = await world.database.query(`
      SELECT count(*)::int AS changes, count(DISTINCT change_id)::int AS ids,
             count(*) FILTER (WHERE change_id IN (SELECT change_id::text FROM marketplace.audit_log))::int AS audited
      FROM (SELECT change_id::text FROM marketplace.outbox UNION ALL SELECT change_id::text FROM marketplace.changes) AS c`);
    expect(feed).toEqual({ changes: 990, ids: 990, audited: 990 });
    const [rows] = await world.database.query(
      "SELECT (SELECT count(*)::int FROM marketplace.templates) AS templates, (SELECT count(*)::int FROM marketplace.template_versions) AS versions",
    );
    expect(rows).toEqual({ templates: 330, versions: 330 * 2 + 132 });
  });

  it("all or nothing: none is applied, and nothing is left of it", async () => {
    const before = await stateOf(world);
    const result = await unwrap(send(true));
    expect(result).toMatchObject({ applied: false, summary: { succeeded: 0, failed: 10, skipped: 990 } });
    expect(await stateOf(world)).toBe(before);
  });

  it("a dry run tells the same, and nothing is left of it", async () => {
    const some = mixed().slice(0, 200);
    const before = await stateOf(world);
    const told = await unwrap(send(false, some, { dryRun: "true" }));
    expect(told.summary).toEqual({ succeeded: 198, failed: 2, skipped: 0 });
    expect(await stateOf(world)).toBe(before);
    expect((await unwrap(send(false, some))).results).toEqual(told.results);
  });
});

describe("a request that comes again with its Idempotency-Key", () => {
  it.each([
    ["is answered with what the first did, and does nothing", false],
    ["is answered alike where nothing was applied, whatever has become of the reason", true],
  ])("%s", async (_what, atomic) => {
    const world = await marketplace();
    const client = world.as(await world.person("admin", "acme"));
    const operations: TemplateOperation[] = [publishOf(), { op: "delete", templateId: "coach", reason }];
    const send = () => client.bulkTemplates({ body: { operations, atomic } }, { idempotencyKey: "once" });
    const first = await send();
    await unwrap(client.publishTemplate({ body: prompt() }));
    const before = await stateOf(world);
    const again = await send();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("nofx-change")).toBe(first.headers.get("nofx-change"));
    expect(await unwrap(Promise.resolve(again))).toEqual(await unwrap(Promise.resolve(first)));
    expect(await stateOf(world)).toBe(before);
    const other = { body: { operations: operations.slice(0, 1) } };
    expect(await client.bulkTemplates(other, { idempotencyKey: "once" })).toBeProblem(422, "idempotency_key_reused");
  });
});

describe("many requests at once", () => {
  it("over the same templates in opposite orders all succeed, each as a whole, and imports do not stand in their way", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("admin", "acme"));
    const ids = Array.from({ length: 12 }, (_, index) => name(index));
    await unwrap(
      client.bulkTemplates({ body: { operations: ids.map((templateId) => publishOf({ templateId })), atomic: true } }),
    );
    const bulk = (number: number) => {
      const order = number % 2 ? ids : ids.toReversed();
      const some = order.filter((_, index) => (index + number) % 4 > 0);
      const operations = some.map((templateId): TemplateOperation => {
        const changes = { metadata: { [`by-${number}`]: String(number) } };
        return { op: "update", templateId, changes };
      });
      return client.bulkTemplates({ body: { operations, atomic: true } });
    };
    const stored = ids.toReversed().map((id) => ({
      ...{ id, name: id, instructions: "x", input: [{ type: "input_text", text: "x" }] },
      ...{ createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-01T00:00:00.000Z" },
    }));
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, (_, number) => bulk(number)),
      client.importBuilderStore({ body: { templates: stored } }),
    ]);
    expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.problem]))).toEqual([]);
    for (const [index, templateId] of ids.entries()) {
      const { template } = await unwrap(client.getTemplate({ templateId }));
      const expected = Array.from({ length: 8 }, (_, number) => number).filter((number) => {
        const place = number % 2 ? index : ids.length - 1 - index;
        return (place + number) % 4 > 0;
      });
      const found = Object.keys(template.metadata).filter((key) => key.startsWith("by-"));
      expect(found.sort()).toEqual(expected.map((number) => `by-${number}`));
      expect(template.currentVersion).toBe(`1.0.${expected.length}`);
    }
  });

  it("others are answered while a large one is carried out", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("admin", "acme"));
    await unwrap(client.publishTemplate({ body: prompt({ templateId: "other" }) }));
    const operations = Array.from({ length: 300 }, (_, index) => publishOf({ templateId: name(index) }));
    let isDone = false;
    const large = unwrap(client.bulkTemplates({ body: { operations } })).finally(() => {
      isDone = true;
    });
    let answered = 0;
    while (!isDone) {
      await unwrap(client.getBuilderTemplate({ id: "other" }));
      if (!isDone) answered += 1;
    }
    expect((await large).results.map(words).every((each) => each === "publish 201 created 1.0.0")).toBe(true);
    expect(answered).toBeGreaterThan(20);
  });
});
