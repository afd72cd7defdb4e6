import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { newPrompt } from "./prompts.ts";
import { workflow } from "./templates.ts";

describe("who calls", () => {
  it("the registry knows: asked once for a token and half a minute", async () => {
    let asked = 0;
    const count =
      (registry: typeof fetch): typeof fetch =>
      async (input, init) => {
        asked += 1;
        return await registry(input, init);
      };
    const { as, person } = await marketplace({}, { fetchRegistry: count });
    const client = as(await person("publisher"));
    for (let call = 0; call < 5; call += 1) await unwrap(client.listBuilderTemplates());
    expect(asked).toBe(1);
  });

  it("a service by the token that the registry's configuration names, issued or not; it plants no seeds", async () => {
    const token = "service-token-of-the-configuration-0123";
    const { as, database } = await marketplace({ REGISTRY_TOKEN: token }, { registryEnv: { SERVICE_TOKEN: token } });
    const service = as({ tenant: "", token });
    expect(await service.listTemplateRecordKeys({})).toMatchObject({ status: 200 });
    expect(await service.createBuilderTemplate({ body: newPrompt() })).toBeProblem(403, "forbidden");
    expect((await unwrap(service.listBuilderTemplates())).templates).toEqual([]);
    expect(await database.query("SELECT FROM marketplace.templates")).toEqual([]);
  });

  it("401 unauthenticated: nobody, and tokens that are not good, in the builder's words too", async () => {
    const { anonymous, as } = await marketplace();
    for (const client of [anonymous, as({ tenant: "x", token: "garbage" }), as({ tenant: "x", token: "a.b.c" })]) {
      const refused = await client.listBuilderTemplates();
      expect(refused).toBeProblem(401, "unauthenticated");
      expect(refused).toMatchObject({ problem: { error: "admin required" } });
    }
  });

  it("403 forbidden: a reader may read, and not write", async () => {
    const { as, person } = await marketplace();
    const client = as(await person("viewer"));
    expect(await client.createBuilderTemplate({ body: newPrompt() })).toBeProblem(403, "forbidden");
    expect(await client.listBuilderTemplates()).toMatchObject({ status: 200 });
  });

  it("403 agent_not_allowed: a token that is bound to agents changes and rates no template", async () => {
    const { as, bound, person } = await marketplace();
    const { tenant } = await person("viewer");
    const client = as(await bound(tenant, ["greeter"]));
    expect(await client.createBuilderTemplate({ body: newPrompt() })).toBeProblem(403, "agent_not_allowed");
    expect(await client.publishTemplate({ body: workflow() })).toBeProblem(403, "agent_not_allowed");
    const rated = await client.rateTemplate({ templateId: "release-notes", tenant: "acme", body: { rating: 5 } });
    expect(rated).toBeProblem(403, "agent_not_allowed");
    expect(await client.listBuilderTemplates()).toMatchObject({ status: 200 });
  });

  it.each<[string, typeof fetch]>([
    ["does not answer", () => Promise.reject(new TypeError("fetch failed"))],
    ["is down", async () => new Response("{}", { status: 503 })],
    ["does not let the marketplace ask", async () => new Response(JSON.stringify(forbidden), { status: 403 })],
  ])("503 unavailable: the registry %s; a good token works as soon as it does again", async (_what, broken) => {
    let isDown = true;
    const sometimes =
      (registry: typeof fetch): typeof fetch =>
      (input, init) =>
        isDown ? broken(input, init) : registry(input, init);
    const { as, person } = await marketplace({}, { fetchRegistry: sometimes });
    const client = as(await person("viewer"));
    const refused = await client.listBuilderTemplates();
    expect(refused).toBeProblem(503, "unavailable");
    expect(refused.headers.get("retry-after")).toBe("2");
    isDown = false;
    expect(await client.listBuilderTemplates()).toMatchObject({ status: 200 });
  });
});

const forbidden = {
  type: "urn:nofx:error:forbidden",
  title: "Not allowed",
  status: 403,
  code: "forbidden",
  correlationId: "x",
};
