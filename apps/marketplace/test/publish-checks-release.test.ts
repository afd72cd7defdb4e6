import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import { type CheckedMarketplace, checkedMarketplace, failing, sound, unmet } from "./checks.ts";
import type { TemplateBody } from "./templates.ts";

const draft = { templateId: "release-notes", version: "1.1.0" };
const release = { ...draft, body: { status: "active", reason: "Ready" } } as const;

describe("drafts under enforce", () => {
  let checked: CheckedMarketplace;
  beforeEach(async () => {
    checked = await checkedMarketplace();
    await unwrap(checked.alice.publishTemplate({ body: sound(), visibility: "public" }));
  });
  const publishDraft = async (body: TemplateBody) =>
    await unwrap(checked.alice.publishTemplate({ body, draft: "true" }));
  const incomplete = (content: TemplateBody) => ({ ...content, version: "1.1.0" });

  it("201: what stands against a draft is told, also a registry that is down", async () => {
    const { state } = checked;
    const first = await publishDraft(incomplete(failing()));
    expect(first.warnings.map(({ code }) => code)).toContain("test_failed");
    expect(first).toMatchObject({
      version: { status: "draft", tests: { failed: 2 } },
      template: { tests: { failed: 0 } },
    });
    expect(first.warnings.map(({ code }) => code)).not.toContain("publish_forced");
    state.isDown = true;
    const blind = await publishDraft(sound({ version: "1.2.0" }));
    expect(blind.warnings.map(({ code }) => code)).toContain("dependency_unavailable");
  });

  it("422 tests_failed and dependencies_unsatisfiable: a draft is not released before it is right", async () => {
    const { admin, world, acme } = checked;
    await publishDraft(incomplete(unmet()));
    const before = await storedRows(world);
    const refused = await admin.setTemplateVersionStatus(release);
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    expect(refused).toMatchObject({ problem: { conflict: { code: "absent" } } });
    expect(await storedRows(world)).toBe(before);
    await publishAgent(world, acme, "nobody", "1.0.0");
    expect(await unwrap(admin.setTemplateVersionStatus(release))).toMatchObject({ outcome: "changed" });
    await publishDraft(failing({ version: "1.2.0" }));
    const failed = await admin.setTemplateVersionStatus({ ...release, version: "1.2.0" });
    expect(failed).toBeProblem(422, "tests_failed");
    expect(failed).toMatchObject({ problem: { errors: [{ path: "$.content.tests[1].plan[1]" }, {}] } });
  });

  it("422 dependencies_too_complex: more agents than are looked at", async () => {
    const { admin, world, acme } = checked;
    await publishDraft(planned({ dependencies: { agents: await tooManyAgents(world, acme) } }, { version: "1.1.0" }));
    expect(await admin.setTemplateVersionStatus(release)).toBeProblem(422, "dependencies_too_complex");
  });

  it("503 dependency_unavailable: nothing is written, and the same key works again and needs no registry then", async () => {
    const { admin, world, state } = checked;
    await publishDraft(sound({ version: "1.1.0" }));
    const before = await storedRows(world);
    state.isDown = true;
    const send = () => admin.setTemplateVersionStatus(release, { idempotencyKey: "k" });
    const refused = await send();
    expect(refused).toBeProblem(503, "dependency_unavailable");
    expect(refused.headers.get("retry-after")).toBeTruthy();
    expect(await storedRows(world)).toBe(before);
    state.isDown = false;
    const released = await unwrap(send());
    expect(released).toMatchObject({ outcome: "changed", version: { status: "active", tests: { failed: 0 } } });
    state.isDown = true;
    expect(await unwrap(send())).toEqual(released);
  });

  it("200: lock and report are those of the moment of the release, and the template shows them", async () => {
    const { admin, alice, world, acme } = checked;
    await publishDraft(sound({ version: "1.1.0" }));
    const before = await unwrap(alice.getTemplateVersionLock(draft));
    await publishAgent(world, acme, "editor", "1.1.0");
    const { template, version, warnings } = await unwrap(admin.setTemplateVersionStatus(release));
    const after = await unwrap(alice.getTemplateVersionLock(draft));
    expect([before, after].map(({ lock }) => lock.agents["acme/editor"]?.version)).toEqual(["1.0.0", "1.1.0"]);
    expect(template).toMatchObject({ currentVersion: "1.1.0", tests: version.tests });
    expect(version.tests?.testedAt).toBe(after.lockedAt);
    expect(warnings).toBeUndefined();
  });

  it("200 under warn: what was found is told; under off nothing is looked at", async () => {
    const { admin, state } = checked;
    await publishDraft(incomplete(failing()));
    await publishDraft(failing({ version: "1.2.0" }));
    const choose = async (publishChecks: "warn" | "off") =>
      await unwrap(admin.updateMarketplaceSettings({ body: { semverPolicy: "enforce", publishChecks } }));
    await choose("warn");
    const { warnings = [] } = await unwrap(admin.setTemplateVersionStatus(release));
    expect(warnings.map(({ code }) => code)).toEqual(["test_failed", "test_failed"]);
    await choose("off");
    state.isDown = true;
    const unseen = await unwrap(admin.setTemplateVersionStatus({ ...release, version: "1.2.0" }));
    expect(unseen.warnings).toBeUndefined();
  });

  it("200: what is no draft needs no registry", async () => {
    const { admin, state } = checked;
    state.isDown = true;
    await publishDraft(sound({ version: "1.1.0" }));
    const version = "1.0.0";
    const to = async (status: "deprecated" | "active") =>
      await unwrap(admin.setTemplateVersionStatus({ ...release, version, body: { status, reason: "So" } }));
    expect(await to("deprecated")).toMatchObject({ outcome: "changed" });
    expect(await to("active")).toMatchObject({ outcome: "changed" });
  });
});

describe("forks under enforce", () => {
  it("201: what stands against a copy is told, and its lock is its own tenant's", async () => {
    const { world, alice, state, asked } = await checkedMarketplace();
    await unwrap(alice.publishTemplate({ body: sound(), visibility: "public" }));
    const globex = await world.person("publisher", "globex");
    const bob = world.as(globex);
    const body = (templateId: string) => ({ templateId: "release-notes", tenant: "acme", body: { templateId } });
    const bare = await unwrap(bob.forkTemplate(body("bare")));
    expect(bare.warnings.map(({ code }) => code)).toContain("dependencies_unsatisfiable");
    expect(bare.version.tests).toBeUndefined();
    for (const agentId of ["collector", "editor"]) await publishAgent(world, globex, agentId, "2.0.0");
    const fork = await unwrap(bob.forkTemplate(body("mine"), { idempotencyKey: "k" }));
    expect(fork.warnings.map(({ code }) => code)).not.toContain("dependencies_unsatisfiable");
    expect(fork).toMatchObject({ version: { tests: { failed: 0 } }, template: { tests: { failed: 0 } } });
    const { lock } = await unwrap(bob.getTemplateVersionLock({ templateId: "mine", version: "1.0.0" }));
    expect(Object.keys(lock.agents)).toEqual(["globex/collector", "globex/editor"]);
    const calls = asked();
    state.isDown = true;
    expect(await unwrap(bob.forkTemplate(body("mine"), { idempotencyKey: "k" }))).toEqual(fork);
    expect(asked()).toBe(calls);
    const blind = await unwrap(bob.forkTemplate(body("blind")));
    expect(blind.warnings.map(({ code }) => code)).toContain("dependency_unavailable");
  });

  it("404 template_not_found and 409 fork_refused are told as ever", async () => {
    const { alice, admin } = await checkedMarketplace();
    const fork = { templateId: "release-notes", body: { templateId: "mine" } };
    expect(await alice.forkTemplate(fork)).toBeProblem(404, "template_not_found");
    await unwrap(alice.publishTemplate({ body: sound() }));
    await unwrap(alice.publishTemplate({ body: sound({ version: "1.1.0" }) }));
    const body = { status: "archived", reason: "Old" } as const;
    await unwrap(admin.setTemplateVersionStatus({ templateId: "release-notes", version: "1.0.0", body }));
    const archived = await alice.forkTemplate({ ...fork, body: { ...fork.body, version: "1.0.0" } });
    expect(archived).toBeProblem(409, "fork_refused");
  });
});
