import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";
import { asked } from "./workload.ts";

const body = {
  name: "release",
  issuer: "https://token.actions.githubusercontent.com",
  claims: asked,
  agents: ["code-review"],
};

describe("deleteTrustedPublisher", () => {
  it("204: gone, and the audit log keeps what it was", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    const { trustedPublisher } = await unwrap(admin.createTrustedPublisher({ body }));
    expect(await admin.deleteTrustedPublisher({ publisherId: trustedPublisher.id })).toMatchObject({ status: 204 });
    expect(await unwrap(admin.listTrustedPublishers())).toEqual({ trustedPublishers: [] });
    const audit = await database.query(
      "SELECT details FROM registry.audit_log WHERE action = 'trusted_publisher.deleted'",
    );
    expect(audit).toEqual([{ details: body }]);
  });

  it("204: the audit log keeps its templates, too", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin("acme"));
    const withTemplates = { ...body, templates: ["release-notes"] };
    const { trustedPublisher } = await unwrap(admin.createTrustedPublisher({ body: withTemplates }));
    await unwrap(admin.deleteTrustedPublisher({ publisherId: trustedPublisher.id }));
    const audit = await database.query(
      "SELECT details FROM registry.audit_log WHERE action = 'trusted_publisher.deleted'",
    );
    expect(audit).toEqual([{ details: withTemplates }]);
  });

  it("404 trusted_publisher_not_found: unknown, deleted before, or another tenant's", async () => {
    const { as, given } = await registry();
    const [admin, stranger] = [as(await given.admin("acme")), as(await given.admin("globex"))];
    const { trustedPublisher } = await unwrap(admin.createTrustedPublisher({ body }));
    const publisherId = trustedPublisher.id;
    expect(await stranger.deleteTrustedPublisher({ publisherId })).toBeProblem(404, "trusted_publisher_not_found");
    await unwrap(admin.deleteTrustedPublisher({ publisherId }));
    for (const id of [publisherId, crypto.randomUUID()]) {
      expect(await admin.deleteTrustedPublisher({ publisherId: id })).toBeProblem(404, "trusted_publisher_not_found");
    }
  });

  it("404 tenant_not_found: the operator names one that does not exist", async () => {
    const { operator } = await registry();
    const publisherId = crypto.randomUUID();
    expect(await operator.deleteTrustedPublisher({ publisherId, tenant: "nobody" })).toBeProblem(
      404,
      "tenant_not_found",
    );
  });
});
