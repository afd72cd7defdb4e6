import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tellItem, tellResult } from "../src/tell.ts";
import { applyTemplateSync, type MarketplaceClient, planTemplateSync } from "../src/templates.ts";
import { type SyncPlan, SyncRefused, type SyncReport, type SyncResult } from "../src/types.ts";
import { directoryOf, writeFiles } from "./directory.ts";
import { marketplace, writesOf } from "./marketplace.ts";
import { stepsJson, template } from "./template-directory.ts";

const actions = ({ items }: SyncPlan) => items.map(({ action, id, version }) => [id, version, action]);
const outcomes = ({ results }: SyncReport) =>
  results.map(({ item, outcome, problem }) => [item.id, item.version, outcome, problem?.code]);
const isPublish = (input: unknown) => /\/publish(\?visibility=\w+)?$/.test(String(input));
const none = { create: 0, update: 0, unchanged: 0, conflict: 0, refused: 0, broken: 0, prune: 0 };
const nothing = { created: 0, identical: 0, disabled: 0, failed: 0, skipped: 0 };

const prompt = { kind: "prompt", instructions: "Help.", input: [{ type: "input_text", text: "Now." }] };

const sync = async (client: MarketplaceClient, root: string) =>
  await applyTemplateSync(client, await planTemplateSync(client, root));

describe("planTemplateSync", () => {
  it("plans what is new, oldest first, and writes nothing", async () => {
    const { client, tenant } = await marketplace();
    const alice = await client();
    const root = await directoryOf({ ...template("notes", { version: "1.10.0" }, "1.9.0"), ...template("train") });
    const plan = await planTemplateSync(alice, root);
    expect(actions(plan)).toEqual([
      ["notes", "1.9.0", "create"],
      ["notes", "1.10.0", "update"],
      ["train", "1.0.0", "create"],
    ]);
    expect(plan).toMatchObject({ summary: { ...none, create: 2, update: 1 }, tenant });
    expect((await unwrap(alice.listTemplates())).templates).toEqual([]);
  });

  it("tells unchanged ones, conflicts in the steps, another kind, and broken ones with their place", async () => {
    const alice = await (await marketplace()).client();
    const root = await directoryOf({ ...template("notes"), ...template("train"), ...template("coach") });
    await sync(alice, root);
    await writeFiles(root, {
      "train/versions/1.0.0.json": stepsJson("write", "check"),
      ...template("coach", { version: "2.0.0", content: prompt }),
      ...template("typo"),
      "typo/versions/1.0.0.json": stepsJson("write", "a", "write"),
    });
    const plan = await planTemplateSync(alice, root);
    expect(plan.summary).toEqual({ ...none, unchanged: 1, conflict: 1, refused: 1, broken: 1 });
    expect(plan.items.find(({ id }) => id === "train")?.difference).toMatchObject([
      { path: "$.content.steps[?@.id=='check']", severity: "minor" },
    ]);
    expect(plan.items.map(tellItem)).toEqual([
      expect.stringMatching(/^coach\/template\.json: The template is of another kind: /),
      "notes/template.json: unchanged 1.0.0",
      expect.stringMatching(/^train\/template\.json: The version is already published with other content: /),
      expect.stringMatching(/^typo\/versions\/1\.0\.0\.json:\d+:\d+: .*"write" is listed twice/),
    ]);
  });

  it("plans a change of visibility, and nothing once it is done", async () => {
    const alice = await (await marketplace({ keep: true })).client();
    const root = await directoryOf(template("notes", { version: "1.1.0" }, "1.0.0"));
    await sync(alice, root);
    const plan = await planTemplateSync(alice, root, { visibility: "public" });
    expect(plan.summary).toEqual({ ...none, update: 1, unchanged: 1 });
    expect((await applyTemplateSync(alice, plan)).summary).toEqual({ ...nothing, identical: 2 });
    expect((await unwrap(alice.getTemplate({ templateId: "notes" }))).template.visibility).toBe("public");
    expect((await planTemplateSync(alice, root, { visibility: "public" })).summary).toEqual({ ...none, unchanged: 2 });
  });

  it("names workflows of the own tenant that the directory does not have, and no prompt, whoever published it", async () => {
    const { client } = await marketplace();
    const alice = await client();
    const root = await directoryOf({
      ...template("notes"),
      ...template("train"),
      ...template("coach", { content: prompt }),
    });
    await sync(alice, root);
    await sync(await client({ tenant: "other" }), await directoryOf(template("theirs")));
    expect((await unwrap(alice.listBuilderTemplates())).templates).toHaveLength(1);
    const plan = await planTemplateSync(alice, await directoryOf(template("notes")));
    expect(plan.items.map(tellItem)).toEqual(["notes/template.json: unchanged 1.0.0", "train: prune"]);
    expect(await planTemplateSync(alice, await directoryOf({}))).toMatchObject({ items: [], tenant: undefined });
  });

  const versions = {
    ...template("train", { version: "1.0.1" }, "1.0.0"),
    "train/versions/1.0.1.json": stepsJson("review"),
  };

  it("takes over the marketplace's refusal of a version number", async () => {
    const alice = await (await marketplace()).client();
    const root = await directoryOf(template("train"));
    await sync(alice, root);
    await writeFiles(root, versions);
    expect((await planTemplateSync(alice, root)).items[1]).toMatchObject({
      action: "refused",
      problem: { code: "version_bump_too_small", least: "2.0.0", previous: "1.0.0" },
      bump: { previous: "1.0.0", required: "major", declared: "patch" },
    });
  });

  it.each([
    ["enforce", "refused", "failed"],
    ["warn", "update", "created"],
    ["off", "update", "created"],
  ] as const)(
    "under the policy `%s`, other steps in a patch that follows a new version are %s, as when that is published",
    async (semverPolicy, action, outcome) => {
      const alice = await (await marketplace()).client();
      await unwrap(alice.updateMarketplaceSettings({ body: { semverPolicy } }));
      const root = await directoryOf(versions);
      const plan = await planTemplateSync(alice, root);
      const item = plan.items[1];
      expect([item?.action, item?.problem?.code, item?.bump?.required]).toEqual([
        action,
        action === "refused" ? "version_bump_too_small" : undefined,
        semverPolicy === "off" ? undefined : "major",
      ]);
      const warned = item?.findings.some(({ code }) => code === "version_bump_too_small");
      expect(warned).toBe(semverPolicy === "warn");
      const { results } = await applyTemplateSync(alice, plan, { partial: true });
      expect(results.map((result) => result.outcome)).toEqual(["created", outcome]);
      // The marketplace says the same of it, now that 1.0.0 is published.
      const again = (await planTemplateSync(alice, root)).items[1];
      expect(again?.action).toBe(action === "refused" ? "refused" : "unchanged");
      if (action === "refused") expect(again?.bump).toEqual(item?.bump);
    },
  );

  it("refuses what the token may not publish, and fails as a whole where the marketplace fails", async () => {
    const { client } = await marketplace();
    const root = await directoryOf(template("notes"));
    const viewer = await client({ role: "viewer" });
    expect((await planTemplateSync(viewer, root)).items[0]).toMatchObject({
      action: "refused",
      problem: { code: "forbidden" },
    });
    const proxied = await client({ fetch: async () => new Response("Bad gateway", { status: 502 }) });
    await expect(planTemplateSync(proxied, root)).rejects.toMatchObject({ problem: { code: "unexpected_answer" } });
  });
});

describe("applyTemplateSync", () => {
  it("publishes nothing if anything is broken, and says where", async () => {
    const alice = await (await marketplace()).client();
    const root = await directoryOf({
      ...template("notes"),
      ...template("typo"),
      "typo/template.json": '{\n  "templateId": nope\n}',
    });
    const refused = applyTemplateSync(alice, await planTemplateSync(alice, root));
    await expect(refused).rejects.toThrow(SyncRefused);
    await expect(refused).rejects.toThrow(/^typo\/template\.json:2:17: /);
    expect((await unwrap(alice.listTemplates())).templates).toEqual([]);
    const report = await applyTemplateSync(alice, await planTemplateSync(alice, root), { partial: true });
    expect(outcomes(report)).toEqual([
      ["notes", "1.0.0", "created", undefined],
      ["typo", undefined, "failed", "file_broken"],
    ]);
    expect(tellResult(report.results[1] as SyncResult)).toMatch(/^typo\/template\.json: The template cannot be publ/);
  });

  it("disables workflows that the directory no longer has, if it is asked to, with the reason, once", async () => {
    const alice = await (await marketplace()).client();
    await sync(
      alice,
      await directoryOf({ ...template("notes"), ...template("old"), ...template("coach", { content: prompt }) }),
    );
    const rest = await directoryOf(template("notes"));
    const plan = await planTemplateSync(alice, rest);
    expect(outcomes(await applyTemplateSync(alice, plan))).toEqual([["notes", "1.0.0", "identical", undefined]]);
    const report = await applyTemplateSync(alice, plan, { prune: true, pruneReason: "Retired" });
    expect(outcomes(report)).toEqual([
      ["notes", "1.0.0", "identical", undefined],
      ["old", undefined, "disabled", undefined],
    ]);
    const statusOf = async (templateId: string) => (await unwrap(alice.getTemplate({ templateId }))).template;
    expect(await statusOf("old")).toMatchObject({ status: "disabled", statusReason: "Retired" });
    expect((await statusOf("coach")).status).toBe("active");
    expect((await planTemplateSync(alice, rest)).summary).toEqual({ ...none, unchanged: 1 });
    const returned = await planTemplateSync(alice, await directoryOf(template("old")));
    expect(returned.items[0]?.findings.map(({ code }) => code)).toEqual(["template_disabled"]);
  });

  it("can be repeated wherever it was cut, and changes nothing once all is published", async () => {
    const { fetch, client } = await marketplace();
    const order = fc.record({
      ids: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
      earlier: fc.subarray(["0.9.0", "1.0.0-rc.1", "1.0.0", "1.10.0"]),
      cutAfter: fc.nat(8),
    });
    let tenants = 0;
    await fc.assert(
      fc.asyncProperty(order, async ({ ids, earlier, cutAfter }) => {
        tenants += 1;
        const tenant = `t-${tenants}`;
        const files = ids.map((id) => template(id, { version: "2.0.0" }, ...earlier));
        const root = await directoryOf(Object.assign({}, ...files));
        const count = ids.length * (earlier.length + 1);
        let left = cutAfter;
        const cut = await client({
          tenant,
          fetch: (input, init) => {
            if (isPublish(input)) left -= 1;
            return left < 0 ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init);
          },
        });
        const first = await sync(cut, root);
        expect(first.summary.created).toBe(Math.min(count, cutAfter));
        const alice = await client({ tenant });
        const second = await sync(alice, root);
        expect(second.summary).toEqual({
          ...nothing,
          created: count - first.summary.created,
          identical: first.summary.created,
        });
        const before = await writesOf(alice);
        expect(before).toHaveLength(count);
        const plan = await planTemplateSync(alice, root);
        expect(plan.summary).toEqual({ ...none, unchanged: count });
        expect((await applyTemplateSync(alice, plan)).summary).toEqual({ ...nothing, identical: count });
        expect(await writesOf(alice)).toEqual(before);
      }),
      // One publishes, and asks for, up to 15 versions three times over.
      { numRuns: 6 },
    );
  });
});
