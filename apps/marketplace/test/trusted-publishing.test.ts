import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unwrap } from "@nofx/client";
import { expect, it, onTestFinished } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An issuer that says of whomever asks that they are a run of `publish.yml` of acme/templates. */
const startIssuer = async () => {
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "first", alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    const body = request.url === "/jwks" ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
  });
  const identity = (): string => {
    const second = Math.floor(Date.now() / 1000);
    const times = { iat: second, nbf: second, exp: second + 300 };
    const run = { repository: "acme/templates", ref: "refs/heads/main", event_name: "push", run_id: "123" };
    const claims = { iss: url, aud: "nofx", sub: "repo:acme/templates", jti: crypto.randomUUID(), ...times, ...run };
    const signed = `${base64url({ alg: "RS256", kid: "first", typ: "JWT" })}.${base64url(claims)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };
  return { url, identity };
};

it("a run publishes a template for the first time, and no other, with no stored secret anywhere", async () => {
  const issuer = await startIssuer();
  const registryEnv = { WORKLOAD_ISSUERS: JSON.stringify([{ issuer: issuer.url, kind: "github" }]) };
  const world = await marketplace({}, { registryEnv });
  const acme = await world.person("admin", "acme");
  const admin = world.registryAs(acme);
  const claims = { repository: "acme/templates", ref: "refs/heads/main" };
  const body = { name: "Release", issuer: issuer.url, claims, agents: ["greeter"], templates: ["release-notes"] };
  await unwrap(admin.createTrustedPublisher({ body }));
  const exchanged = async (wish: { template?: string } = {}) =>
    await unwrap(
      world.registryAs({ tenant: "", token: "" }).exchangeToken({
        body: {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: issuer.identity(),
          tenant: "acme",
          ...wish,
        },
      }),
    );

  const { access_token, scope, agents, templates } = await exchanged({ template: "release-notes" });
  expect({ scope, agents, templates }).toEqual({
    scope: "templates:publish templates:read",
    agents: [],
    templates: ["release-notes"],
  });
  const run = world.as({ tenant: "acme", token: access_token });
  const { version, template } = await unwrap(run.publishTemplate({ body: workflow() }));
  expect(version.publishedBy).toBe("github:acme/templates@refs/heads/main#run/123");
  expect(template).toMatchObject({ tenant: "acme", visibility: "private" });
  const other = await run.publishTemplate({ body: workflow({ templateId: "other" }) });
  expect(other).toBeProblem(403, "template_not_allowed");
  const rollback = { templateId: "release-notes", body: { targetVersion: "1.0.0", reason: "testing" } };
  expect(await run.rollbackTemplate(rollback), "it administers nothing").toBeProblem(403, "forbidden");
  const all = world.as({ tenant: "acme", token: (await exchanged()).access_token });
  expect(await all.publishTemplate({ body: workflow({ version: "1.0.1" }) })).toMatchObject({ status: 201 });
});

it("a registry that knows nothing of templates, and one that is asked by a marketplace that does, bind all the same", async () => {
  const asBefore =
    (registry: typeof fetch): typeof fetch =>
    async (input, init) => {
      const answer = await registry(input, init);
      if (!String(input).endsWith("/introspect")) return answer;
      const { templates: _unknown, ...told } = (await answer.json()) as Record<string, unknown>;
      return Response.json(told);
    };
  const world = await marketplace({}, { fetchRegistry: asBefore });
  const { tenant } = await world.person("viewer", "acme");
  const bound = world.as(await world.boundToTemplates(tenant, ["release-notes"]));
  expect(await bound.publishTemplate({ body: workflow() })).toBeProblem(403, "agent_not_allowed");
  const unbound = world.as(await world.person("publisher", "acme"));
  expect(await unbound.publishTemplate({ body: workflow() })).toMatchObject({ status: 201 });
});
