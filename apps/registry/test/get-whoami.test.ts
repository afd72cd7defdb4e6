import { unwrap } from "@nofx/client";
import { roles } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getWhoami", () => {
  it("200: tenant, subject, scopes and end of the token, whatever its scopes", async () => {
    const { as, given, operator } = await registry();
    const tenant = await given.tenant("acme");
    const viewer = as(await given.person("viewer", "acme"));
    const answer = await viewer.getWhoami();
    expect(await unwrap(answer)).toEqual({
      kind: "member",
      tenant: "acme",
      subject: expect.stringMatching(/^token:/),
      scopes: expect.arrayContaining([...roles.viewer]),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const order = { name: "bound", scopes: ["usage:write" as const], tenant, agents: ["greeter"] };
    const { secret: token } = await unwrap(operator.createToken({ body: order }));
    expect(await unwrap(as({ tenant, token }).getWhoami())).toMatchObject({
      scopes: ["usage:write"],
      agents: ["greeter"],
    });
    const templates = { ...order, agents: undefined, templates: ["release-notes"] };
    const other = await unwrap(operator.createToken({ body: templates }));
    expect(await unwrap(as({ tenant, token: other.secret }).getWhoami())).toMatchObject({
      agents: [],
      templates: ["release-notes"],
    });
  });

  it("200: services and the operator, who belongs to no tenant", async () => {
    const { as, given, operator } = await registry();
    expect(await unwrap(as(await given.service()).getWhoami())).toMatchObject({ kind: "service" });
    expect(await unwrap(operator.getWhoami())).toEqual({
      kind: "operator",
      subject: "operator",
      scopes: ["tokens:admin"],
    });
  });

  it("401 unauthenticated: nobody in particular", async () => {
    const { anonymous } = await registry();
    expect(await anonymous.getWhoami()).toBeProblem(401, "unauthenticated");
  });
});
