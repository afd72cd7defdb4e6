import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent } from "./agents.ts";
import { type CheckedMarketplace, checkedMarketplace, fine, sound } from "./checks.ts";
import type { MarketplaceClient } from "./marketplace.ts";

const named = { templateId: "release-notes", tenant: "acme" };
const address = { templateId: "release-notes", version: "1.0.0" };

/** The badge wherever it shows. */
const badges = async (client: MarketplaceClient) => {
  const { template } = await unwrap(client.getTemplate(named));
  const { versions } = await unwrap(client.listTemplateVersions(named));
  const { templates } = await unwrap(client.listTemplates());
  const [listed] = templates;
  return [template.tests, template.versions.at(-1)?.tests, versions.at(-1)?.tests, listed?.tests];
};

describe("how tests went", () => {
  let checked: CheckedMarketplace;
  beforeEach(async () => {
    checked = await checkedMarketplace();
  });

  it("shows in template, versions and lists, alike, from the publish on", async () => {
    const { alice } = checked;
    const { tests, version, template } = await unwrap(alice.publishTemplate({ body: sound() }));
    const badge = version.tests;
    expect(badge).toEqual({ ...tests, testedAt: expect.stringMatching(/Z$/) });
    expect(template.tests).toEqual(badge);
    expect(await badges(alice)).toEqual([badge, badge, badge, badge]);
    const again = await unwrap(alice.publishTemplate({ body: sound() }));
    expect([again.version.tests, again.template.tests]).toEqual([badge, badge]);
  });

  it("is that of the current version, wherever a template shows", async () => {
    const { alice, admin } = checked;
    await unwrap(alice.publishTemplate({ body: sound() }));
    const first = (await unwrap(alice.getTemplate(named))).template.tests;
    await unwrap(
      alice.publishTemplate({ body: planned({ tests: [fine, { ...fine, name: "more" }] }, { version: "1.1.0" }) }),
    );
    const second = (await unwrap(alice.getTemplate(named))).template.tests;
    expect(second?.passed).toBe((first?.passed ?? 0) + 2);
    const body = { targetVersion: "1.0.0", reason: "Back" };
    const { template } = await unwrap(admin.rollbackTemplate({ templateId: "release-notes", body }));
    expect(template.tests).toEqual(first);
  });

  it("is that of the last run, and the ETag says so; the state to hold on to is the same", async () => {
    const { alice, admin, world, acme } = checked;
    const snapshot = `sha256:${"0".repeat(64)}`;
    const tests = [{ ...fine, snapshot }];
    await unwrap(admin.publishTemplate({ body: planned({ tests }), force: "true" }));
    const before = await alice.getTemplate(named);
    const etag = String(before.headers.get("etag"));
    await publishAgent(world, acme, "editor", "1.1.0");
    const { report, testedAt } = await unwrap(alice.testTemplateVersion(address));
    const badge = { passed: report.passed, failed: report.failed, testedAt };
    expect(badge.failed).toBeGreaterThan(0);
    expect(await badges(alice)).toEqual([badge, badge, badge, badge]);
    const after = await alice.getTemplate(named, { ifNoneMatch: etag });
    expect(after.status).toBe(200);
    expect(after.headers.get("etag")).not.toBe(etag);
    const body = { status: "deprecated", reason: "Old" } as const;
    expect(await admin.setTemplateStatus({ templateId: "release-notes", body }, { ifMatch: etag })).toMatchObject({
      status: 200,
    });
  });

  it("shows to others only if all agents were public", async () => {
    const { alice, world, acme } = checked;
    await unwrap(alice.publishTemplate({ body: sound(), visibility: "public" }));
    const none = [undefined, undefined, undefined, undefined];
    expect(await badges(world.anonymous)).toEqual(none);
    const bob = world.as(await world.person("viewer", "globex"));
    expect(await badges(bob)).toEqual(none);
    for (const agentId of ["collector", "editor"]) {
      await publishAgent(world, acme, agentId, "1.0.0", { visibility: "public" });
    }
    const { report, testedAt } = await unwrap(alice.testTemplateVersion(address));
    const badge = { passed: report.passed, failed: 0, testedAt };
    for (const reader of [world.anonymous, bob]) expect(await badges(reader)).toEqual([badge, badge, badge, badge]);
  });

  it("is not there where no tests were run", async () => {
    const { alice } = checked;
    const { version } = await unwrap(alice.publishTemplate({ body: planned() }));
    expect(version.tests).toBeUndefined();
    expect(await badges(alice)).toEqual([undefined, undefined, undefined, undefined]);
    expect(await alice.getTemplateTestReport(address)).toBeProblem(404, "test_report_not_found");
  });
});
