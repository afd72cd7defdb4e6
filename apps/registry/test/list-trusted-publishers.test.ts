import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";
import { asked } from "./workload.ts";

const issuer = "https://token.actions.githubusercontent.com";

describe("listTrustedPublishers", () => {
  it("200: the tenant's own, newest first, page by page", async () => {
    let minute = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 0, minute));
    const { as, given, operator } = await registry({}, { now });
    const admin = as(await given.admin("acme"));
    for (const name of ["one", "two", "three"]) {
      minute += 1;
      await unwrap(admin.createTrustedPublisher({ body: { name, issuer, claims: asked, agents: ["a"] } }));
    }
    const stranger = as(await given.admin("globex"));
    const first = await unwrap(admin.listTrustedPublishers({ limit: 2 }));
    expect(first.trustedPublishers.map(({ name }) => name)).toEqual(["three", "two"]);
    const rest = await unwrap(admin.listTrustedPublishers({ limit: 2, cursor: first.nextCursor }));
    expect(rest).toMatchObject({ trustedPublishers: [{ name: "one", claims: asked, agents: ["a"] }] });
    expect(rest.nextCursor).toBeUndefined();
    expect(await unwrap(stranger.listTrustedPublishers())).toEqual({ trustedPublishers: [] });
    const all = await unwrap(operator.listTrustedPublishers({ tenant: "acme" }));
    expect(all.trustedPublishers).toHaveLength(3);
  });

  it("200: with their templates, if they have any", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    const order = { name: "one", issuer, claims: asked };
    await unwrap(admin.createTrustedPublisher({ body: { ...order, agents: ["a"] } }));
    await unwrap(admin.createTrustedPublisher({ body: { ...order, templates: ["t"] } }));
    const { trustedPublishers } = await unwrap(admin.listTrustedPublishers());
    const named = trustedPublishers.map(({ agents, templates }) => ({ agents, templates }));
    expect(named).toHaveLength(2);
    expect(named).toEqual(expect.arrayContaining([{ agents: ["a"] }, { agents: [], templates: ["t"] }]));
  });

  it("404 tenant_not_found: another tenant's", async () => {
    const { as, given } = await registry();
    await given.tenant("globex");
    const admin = as(await given.admin("acme"));
    expect(await admin.listTrustedPublishers({ tenant: "globex" })).toBeProblem(404, "tenant_not_found");
  });

  it("400 cursor_invalid: another list's cursor", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    expect(await admin.listTrustedPublishers({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
  });
});
