import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { planned, publishAgent } from "./agents.ts";
import { marketplace } from "./marketplace.ts";

const address = { templateId: "release-notes", version: "1.0.0" };

describe("getTemplateTestReport", () => {
  it("200: for its own tenant, and for everybody if all agents that the tests ran with are public", async () => {
    const world = await marketplace();
    const acme = await world.person("publisher", "acme");
    const alice = world.as(acme);
    await publishAgent(world, acme, "collector", "1.0.0", { visibility: "public" });
    await publishAgent(world, acme, "editor", "1.0.0");
    await unwrap(alice.publishTemplate({ body: planned(), visibility: "public" }));
    const own = await unwrap(alice.testTemplateVersion(address));
    expect(await unwrap(alice.getTemplateTestReport(address))).toEqual(own);
    const named = { ...address, tenant: "acme" };
    expect(await world.anonymous.getTemplateTestReport(named)).toBeProblem(404, "test_report_not_found");
    await publishAgent(world, acme, "editor", "1.0.0", { visibility: "public" });
    const open = await unwrap(alice.testTemplateVersion(address));
    expect(await unwrap(world.anonymous.getTemplateTestReport(named))).toEqual(open);
  });

  it("404 template_not_found, version_not_found and test_report_not_found", async () => {
    const { as, person } = await marketplace();
    const alice = as(await person("publisher", "acme"));
    expect(await alice.getTemplateTestReport(address)).toBeProblem(404, "template_not_found");
    await unwrap(alice.publishTemplate({ body: planned() }));
    const missing = { ...address, version: "9.0.0" };
    expect(await alice.getTemplateTestReport(missing)).toBeProblem(404, "version_not_found");
    expect(await alice.getTemplateTestReport(address)).toBeProblem(404, "test_report_not_found");
  });
});
