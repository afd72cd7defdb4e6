import { unwrap } from "@nofx/client";
import { bulkLimits } from "@nofx/contract-marketplace";
import { beforeEach, describe, expect, it } from "vitest";
import { outcomes, publishOf, type TemplateOperation } from "./bulk.ts";
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
  const detail = async () => (await unwrap(client.getTemplate({ templateId }))).template;
  const document = async (version: string) => await unwrap(client.getTemplateVersion({ templateId, version }));

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
});
