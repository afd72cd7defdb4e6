import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt } from "./templates.ts";

const reason = "testing";
const versionOf = fc.constantFrom("1.0.0", "1.1.0", "2.0.0", "2.1.0", "3.0.0-beta.1");
const step = fc.oneof(
  fc.record({
    do: fc.constant("publish" as const),
    version: versionOf,
    draft: fc.constantFrom("true" as const, "false" as const),
  }),
  fc.record({ do: fc.constant("roll" as const), version: versionOf }),
  fc.record({
    do: fc.constant("version" as const),
    version: versionOf,
    status: fc.constantFrom("active" as const, "deprecated" as const, "archived" as const),
    successor: fc.option(versionOf, { nil: undefined }),
  }),
  fc.record({
    do: fc.constant("template" as const),
    status: fc.constantFrom("active" as const, "deprecated" as const, "disabled" as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Each version says in all its fields which it is. */
const bodyOf = (templateId: string, version: string) =>
  prompt({
    templateId,
    version,
    name: `Prompt ${version}`,
    description: version,
    tags: [`t-${version}`],
    metadata: { owner: version },
    content: {
      kind: "prompt",
      instructions: version,
      input: [{ type: "input_text", text: "x" }],
      dependencies: { templates: { helper: version } },
    },
  });

const carryOut = async (admin: MarketplaceClient, templateId: string, order: Step) => {
  if (order.do === "publish") {
    return admin.publishTemplate({ body: bodyOf(templateId, order.version), draft: order.draft });
  }
  if (order.do === "roll")
    return admin.rollbackTemplate({ templateId, body: { targetVersion: order.version, reason } });
  if (order.do === "template") return admin.setTemplateStatus({ templateId, body: { status: order.status, reason } });
  const { version, status } = order;
  const successor = status === "deprecated" ? order.successor : undefined;
  const body = { status, reason, ...(successor && { successor }) };
  return admin.setTemplateVersionStatus({ templateId, version, body });
};

/** What must be true of a template at any time, also in the builder. */
const expectSound = async (world: TestMarketplace, admin: MarketplaceClient, templateId: string) => {
  const { template } = await unwrap(admin.getTemplate({ templateId }));
  const { currentVersion } = template;
  const statusOf = new Map(template.versions.map(({ version, status }) => [version, status]));
  expect(template).toMatchObject({
    name: `Prompt ${currentVersion}`,
    description: currentVersion,
    tags: [`t-${currentVersion}`],
    metadata: { owner: currentVersion },
  });
  expect(["active", "deprecated"]).toContain(statusOf.get(currentVersion));
  for (const { status, deprecatedAt, successor } of template.versions) {
    expect(deprecatedAt !== undefined).toBe(status === "deprecated");
    if (successor !== undefined) expect(["active", "deprecated"]).toContain(statusOf.get(successor));
  }
  expect(template.deprecatedAt !== undefined).toBe(template.status === "deprecated");
  const query = "SELECT range FROM marketplace.template_dependencies WHERE template_id = $1";
  expect(await world.database.query(query, [templateId])).toEqual([{ range: currentVersion }]);
  const shown = await admin.getBuilderTemplate({ id: templateId });
  if (template.status === "disabled") expect(shown).toBeProblem(404, "template_not_found");
  else expect(shown).toMatchObject({ body: { version: currentVersion, instructions: currentVersion } });
};

describe("a template's life", () => {
  it("no sequence of operations makes it unsound, refused ones change nothing, and each change is audited once", async () => {
    const world = await marketplace();
    const admin = world.as(await world.person("admin", "acme"));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        run += 1;
        const templateId = `template-${run}`;
        await unwrap(admin.publishTemplate({ body: bodyOf(templateId, "1.0.0") }));
        let changes = 1;
        let etag = (await admin.getTemplate({ templateId })).headers.get("etag");
        for (const order of steps) {
          const answer = await carryOut(admin, templateId, order);
          if (!answer.ok) expect([404, 409, 422]).toContain(answer.status);
          await expectSound(world, admin, templateId);
          const next = (await admin.getTemplate({ templateId })).headers.get("etag");
          const changed = answer.headers.has("nofx-change");
          expect(next !== etag).toBe(changed);
          if (changed) changes += 1;
          etag = next;
        }
        const query = "SELECT FROM marketplace.audit_log WHERE resource_id = $1";
        expect(await world.database.query(query, [templateId])).toHaveLength(changes);
      }),
      { numRuns: 15 },
    );
  });
});
