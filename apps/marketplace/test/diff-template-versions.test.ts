import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { prompt, type TemplateBody, workflow } from "./templates.ts";

const templateId = "release-notes";
const pair = { templateId, from: "1.0.0", to: "2.0.0" };

const collect = { id: "collect", agentId: "collector", name: "Collect", inputs: { since: "{{ since }}" } };
const write = (before: string, agentId = "editor") => ({
  id: "write",
  agentId,
  name: "Write",
  dependsOn: [before],
  inputs: { document: `{{ steps.${before}.outputs.changes }}` },
});

/** The next version, with other steps in its file. */
const next = (steps: readonly object[], overrides: Partial<TemplateBody> = {}) => {
  const path = "versions/2.0.0.json";
  const content = { ...(workflow().content as object), versionFile: path };
  return workflow({
    version: "2.0.0",
    content,
    files: [{ path, content: JSON.stringify({ steps }) }],
    ...overrides,
  });
};

describe("diffTemplateVersions", () => {
  let world: TestMarketplace;
  let person: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    person = await world.person("publisher", "acme");
    alice = world.as(person);
    await unwrap(alice.publishTemplate({ body: workflow() }));
  });

  const asText = async (query: string, accept = "text/plain") =>
    await world.fetch(`http://marketplace.test/api/templates/${templateId}/diff?${query}`, {
      headers: { authorization: `Bearer ${person.token}`, accept },
    });

  it("200: every difference with severity and reason, the bump, and what is carried out otherwise", async () => {
    const steps = [
      { ...collect, id: "gather" },
      write("gather", "writer"),
      { id: "check", agentId: "checker", dependsOn: ["gather"] },
    ];
    await unwrap(alice.publishTemplate({ body: next(steps, { tags: ["release"] }) }));
    const { differences, plan, ...rest } = await unwrap(alice.diffTemplateVersions(pair));
    expect(rest).toEqual({ ...pair, bump: "major" });
    expect(differences).toContainEqual(
      expect.objectContaining({ path: "$.content.steps[?@.id=='check']", severity: "minor" }),
    );
    expect(differences).toContainEqual({
      path: "$.tags[?@=='writing']",
      before: "writing",
      severity: "patch",
      reason: "Tag `writing` is removed",
    });
    expect(plan.equivalent).toBe(false);
    expect(plan.changes.map(({ sentence }) => sentence)).toEqual([
      "Step `collect` is called `gather` now, and does the same",
      "`writer` does `write` now, instead of `editor`",
      "Step `check` is new: `checker` does it",
    ]);
    expect(plan.agents).toEqual({ added: ["checker", "writer"], removed: ["editor"] });
    expect(plan.order.changed).toBe(false);
  });

  it("200: equivalent, if only words moved, the list of steps turned round, or the steps moved into the document", async () => {
    const words = { goal: "Each change is told once.", variables: { since: { type: "string", required: true } } };
    const content = { kind: "workflow", ...words, steps: [write("collect"), collect] };
    await unwrap(alice.publishTemplate({ body: next([], { content, files: [] } as Partial<TemplateBody>) }));
    const { plan } = await unwrap(alice.diffTemplateVersions(pair));
    expect(plan).toMatchObject({ equivalent: true, changes: [{ kind: "goal_changed" }], order: { changed: false } });
  });

  it("200: none from a version to itself", async () => {
    const { bump, differences, plan } = await unwrap(alice.diffTemplateVersions({ ...pair, to: "1.0.0" }));
    expect([bump, differences, plan.changes, plan.equivalent]).toEqual(["none", [], [], true]);
  });

  it("200: of prompts, what the model is asked otherwise", async () => {
    await unwrap(alice.publishTemplate({ body: prompt() }));
    const content = { ...(prompt().content as object), model: "other" };
    await unwrap(alice.publishTemplate({ body: prompt({ version: "2.0.0", content } as Partial<TemplateBody>) }));
    const { plan } = await unwrap(alice.diffTemplateVersions({ ...pair, templateId: "coach" }));
    expect(plan.changes).toEqual([
      {
        kind: "request_changed",
        name: "model",
        before: "gpt-4.1-mini",
        after: "other",
        affectsExecution: true,
        sentence: "`model` of the request is another",
      },
    ]);
  });

  it("200: with another template that the caller may read, whose id is no difference", async () => {
    const bob = world.as(await world.person("publisher", "globex"));
    await unwrap(bob.publishTemplate({ body: workflow({ templateId: "mine", name: "Mine", version: "1.0.0" }) }));
    await unwrap(alice.publishTemplate({ body: workflow(), visibility: "public" }));
    const order = { from: "1.0.0", to: "1.0.0" };
    const forth = { templateId, tenant: "acme", withTemplate: "mine", ...order };
    const result = await unwrap(bob.diffTemplateVersions(forth));
    expect(result).toMatchObject({ templateId, with: { tenant: "globex", templateId: "mine" }, bump: "patch" });
    expect(result.differences.map(({ path }) => path)).toEqual(["$.name"]);
    const back = { templateId: "mine", withTenant: "acme", withTemplate: templateId, ...order };
    expect((await unwrap(bob.diffTemplateVersions(back))).with).toEqual({ tenant: "acme", templateId });
    expect(
      await alice.diffTemplateVersions({ templateId, withTenant: "globex", withTemplate: "mine", ...order }),
    ).toBeProblem(404, "template_not_found");
    expect(await world.anonymous.diffTemplateVersions(forth)).toBeProblem(404, "template_not_found");
  });

  it("200 text/plain and text/x-diff: a unified diff of the documents and files, the steps pretty-printed", async () => {
    const body = next([collect, write("collect", "writer")]);
    const logo = { path: "logo.png", content: "iVBORw0KGgoA", encoding: "base64" as const };
    await unwrap(alice.publishTemplate({ body: { ...body, files: [...(body.files ?? []), logo] } }));
    for (const accept of ["text/plain", "text/x-diff"]) {
      const response = await asText("from=1.0.0&to=2.0.0", accept);
      expect(response.headers.get("content-type")?.split(";")[0]).toBe(accept);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const text = await response.text();
      expect(text).toContain("--- 1.0.0/template.json\n+++ 2.0.0/template.json\n@@ ");
      expect(text).toContain("Binary file logo.png differs\n");
      expect(text).toContain("--- 1.0.0/versions/1.0.0.json\n+++ 2.0.0/versions/2.0.0.json\n@@ ");
      expect(text).toContain('-      "agentId": "editor",\n+      "agentId": "writer",\n');
    }
    expect(await (await asText("from=1.0.0&to=1.0.0")).text()).toBe("");
  });

  it("200 text/plain: names both templates, if they are two", async () => {
    await unwrap(alice.publishTemplate({ body: workflow({ templateId: "other" }) }));
    const text = await (await asText("from=1.0.0&to=1.0.0&withTemplate=other")).text();
    expect(text).toContain("--- acme/release-notes@1.0.0/template.json\n+++ acme/other@1.0.0/template.json\n");
  });

  it("404 template_not_found, version_not_found; 400 without a version to compare with", async () => {
    expect(await alice.diffTemplateVersions({ ...pair, templateId: "nothing" })).toBeProblem(404, "template_not_found");
    expect(await alice.diffTemplateVersions(pair)).toBeProblem(404, "version_not_found");
    expect(await alice.diffTemplateVersions({ ...pair, from: "0.1.0", to: "1.0.0" })).toBeProblem(
      404,
      "version_not_found",
    );
    expect((await asText("from=1.0.0")).status).toBe(400);
  });
});
