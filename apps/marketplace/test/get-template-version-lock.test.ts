import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { planned, publishAgent } from "./agents.ts";
import { marketplace } from "./marketplace.ts";

const address = { templateId: "release-notes", version: "1.0.0" };

describe("getTemplateVersionLock", () => {
  it("200: what was locked, with its digest, for whoever may read everything in it", async () => {
    const world = await marketplace();
    const acme = await world.person("publisher", "acme");
    const alice = world.as(acme);
    for (const agentId of ["collector", "editor"]) {
      await publishAgent(world, acme, agentId, "1.0.0", { visibility: "public" });
    }
    await unwrap(alice.publishTemplate({ body: planned(), visibility: "public" }));
    const { lock } = await unwrap(alice.lockTemplateVersion({ ...address, body: {} }));
    expect(lock.digest).toBe(sha256(canonicalForm(lock.lock)));
    expect(await unwrap(alice.getTemplateVersionLock(address))).toEqual(lock);
    expect(await unwrap(world.anonymous.getTemplateVersionLock({ ...address, tenant: "acme" }))).toEqual(lock);
    const other = { ...address, environment: "production" };
    expect(await alice.getTemplateVersionLock(other)).toBeProblem(404, "lock_not_found");
  });

  it("404 template_not_found, version_not_found and lock_not_found", async () => {
    const { as, person } = await marketplace();
    const alice = as(await person("publisher", "acme"));
    expect(await alice.getTemplateVersionLock(address)).toBeProblem(404, "template_not_found");
    await unwrap(alice.publishTemplate({ body: planned() }));
    const missing = { ...address, version: "9.0.0" };
    expect(await alice.getTemplateVersionLock(missing)).toBeProblem(404, "version_not_found");
    expect(await alice.getTemplateVersionLock(address)).toBeProblem(404, "lock_not_found");
  });
});
