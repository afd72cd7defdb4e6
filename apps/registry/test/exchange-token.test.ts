import { unwrap } from "@nofx/client";
import { exportSPKI, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readEnv } from "../src/index.ts";
import { deleteEndedWorkloads } from "../src/trusted-publishers/trusted-publisher.store.ts";
import {
  asked,
  type ClaimChanges,
  exchangeOf,
  gitHubClaims,
  newKey,
  sha,
  signingKey,
  startIssuer,
  workloads,
} from "./workload.ts";

const subject = "github:acme/agents@refs/heads/main#run/123";
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

afterEach(() => void vi.useRealTimers());

describe("exchangeToken", () => {
  it("200: the workload publishes its agent for the first time, with no stored secret anywhere", async () => {
    const { world, trust, exchange } = await workloads();
    await trust(["code-review", "triage"]);
    const answer = await exchange();
    expect(answer).toMatchObject({
      status: 200,
      body: {
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: 900,
        scope: "agents:publish agents:read",
        agents: ["code-review", "triage"],
      },
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const token = answer.ok ? answer.body.access_token : "";
    const workload = world.as({ tenant: "acme", token });
    const body = world.given.manifest({ agentId: "code-review" });
    const { version, agent, warnings } = await unwrap(workload.publishAgent({ body }));
    expect(version).toMatchObject({ publishedBy: subject, sourceCommit: sha });
    expect(agent).toMatchObject({ tenant: "acme", visibility: "private" });
    expect(warnings).toEqual([]);
  });

  it("200: the audit log tells repository, ref, run and commit, of the exchange and of what came of it", async () => {
    const { world, trust, exchange, admin } = await workloads();
    const publisher = await trust();
    const { access_token } = await unwrap(exchange());
    const workload = world.as({ tenant: "acme", token: access_token });
    await unwrap(workload.publishAgent({ body: world.given.manifest({ agentId: "code-review" }) }));
    const run = {
      repository: "acme/agents",
      repository_id: "74",
      ref: "refs/heads/main",
      environment: "release",
      run_id: "123",
      run_attempt: "2",
      sha,
      actor: "octocat",
    };
    const { entries } = await unwrap(world.as(admin).listAgentAudit({ agentId: "code-review" }));
    expect(entries).toMatchObject([{ action: "agent.version_published", actor: subject, details: { workload: run } }]);
    const [exchanged] = await world.database.query(
      "SELECT actor, resource_type, details FROM registry.audit_log WHERE action = 'token.exchanged'",
    );
    expect(exchanged).toMatchObject({
      actor: subject,
      resource_type: "token",
      details: { trustedPublishers: [publisher], agents: ["code-review"], workload: run },
    });
    const { changes } = await unwrap(world.as(admin).listChanges());
    expect(JSON.stringify(changes), "the feed may be public").not.toContain("acme/agents");
  });

  it("200: neither the identity token nor the secret is stored or logged", async () => {
    const { world, issuer, trust } = await workloads();
    await trust();
    const token = await issuer.sign(gitHubClaims(issuer.url));
    const { access_token } = await unwrap(world.anonymous.exchangeToken({ body: exchangeOf(token) }));
    const rows = await world.database.query(
      "SELECT (SELECT json_agg(t) FROM registry.api_tokens t)::text || (SELECT json_agg(a) FROM registry.audit_log a)::text || (SELECT json_agg(e) FROM registry.exchanged_tokens e)::text AS everything",
    );
    const everything = JSON.stringify(rows) + world.logged();
    expect(everything).not.toContain(access_token);
    for (const part of token.split(".").slice(1)) expect(everything).not.toContain(part);
  });

  it("200: a token may be asked for one agent of several, and several publishers add up", async () => {
    const { trust, exchange } = await workloads();
    await trust(["code-review", "triage"]);
    await trust(["greeter", "triage"]);
    await trust(["elsewhere"], { ...asked, environment: "staging" });
    expect((await unwrap(exchange())).agents).toEqual(["code-review", "greeter", "triage"]);
    expect((await unwrap(exchange({}, "acme", "greeter"))).agents).toEqual(["greeter"]);
    expect(await exchange({}, "acme", "elsewhere")).toBeProblem(403, "workload_not_trusted");
  });

  it("200: templates beside agents, in publishers' sum; asked for one, a token for that one only", async () => {
    const { world, admin, issuer, trust } = await workloads();
    await trust(["code-review"]);
    const trustTemplates = async (templates: string[], agents?: string[]) => {
      const body = { name: "templates", issuer: issuer.url, claims: asked, templates, ...(agents && { agents }) };
      return (await unwrap(world.as(admin).createTrustedPublisher({ body }))).trustedPublisher.id;
    };
    const ids = [await trustTemplates(["digest", "release-notes"], ["triage"]), await trustTemplates(["digest"])];
    const exchange = async (wish: { agent?: string; template?: string } = {}) => {
      const body = { ...exchangeOf(await issuer.sign(gitHubClaims(issuer.url))), ...wish };
      return await world.anonymous.exchangeToken({ body });
    };
    const onAgents = "agents:publish agents:read";
    const onTemplates = "templates:publish templates:read";
    expect(await unwrap(exchange())).toMatchObject({
      scope: `${onAgents} ${onTemplates}`,
      agents: ["code-review", "triage"],
      templates: ["digest", "release-notes"],
    });
    const one = await unwrap(exchange({ agent: "triage" }));
    expect(one).toMatchObject({ scope: onAgents, agents: ["triage"] });
    expect(one, "as ever").not.toHaveProperty("templates");
    const { access_token: token, ...told } = await unwrap(exchange({ template: "digest" }));
    expect(told).toMatchObject({ scope: onTemplates, agents: [], templates: ["digest"] });
    const bound = { agents: [], templates: ["digest"] };
    expect(await unwrap(world.operator.introspectToken({ body: { token } }))).toMatchObject({
      active: true,
      sub: subject,
      scope: onTemplates,
      ...bound,
    });
    const [exchanged] = await world.database.query(
      "SELECT details FROM registry.audit_log WHERE action = 'token.exchanged' ORDER BY id DESC LIMIT 1",
    );
    expect(exchanged).toMatchObject({ details: bound });
    expect(new Set((exchanged as { details: { trustedPublishers: string[] } }).details.trustedPublishers)).toEqual(
      new Set(ids),
    );
    expect(await exchange({ template: "code-review" }), "an agent").toBeProblem(403, "workload_not_trusted");
    expect(await exchange({ agent: "digest" }), "a template").toBeProblem(403, "workload_not_trusted");
    expect(await exchange({ agent: "triage", template: "digest" })).toBeProblem(400, "request_invalid");
  });

  it("200: the token ends after 15 minutes, whatever its identity token said", async () => {
    let now = new Date();
    const { world, trust, exchange } = await workloads({ now: () => now });
    await trust();
    const { access_token } = await unwrap(exchange({ exp: seconds(3600) }));
    const workload = world.as({ tenant: "acme", token: access_token });
    const body = world.given.manifest({ agentId: "code-review" });
    now = new Date(now.getTime() + 14 * 60_000);
    expect(await workload.publishAgent({ body })).toMatchObject({ status: 201 });
    now = new Date(now.getTime() + 61_000);
    expect(await workload.publishAgent({ body })).toBeProblem(401, "unauthenticated");
  });

  it("200: a differing source commit is kept, and warned of", async () => {
    const { world, trust, exchange } = await workloads();
    await trust();
    const workload = world.as({ tenant: "acme", token: (await unwrap(exchange())).access_token });
    const body = world.given.manifest({ agentId: "code-review", sourceCommit: "abcdef0123" });
    const { version, warnings } = await unwrap(workload.publishAgent({ body }));
    expect(version.sourceCommit).toBe("abcdef0123");
    expect(warnings).toMatchObject([{ code: "source_commit_differs", path: "$.sourceCommit" }]);
  });

  it.each<[string, ClaimChanges]>([
    ["another repository", { repository: "acme/other", repository_id: "75" }],
    ["a fork", { repository: "mallory/agents", repository_id: "99", repository_owner: "mallory" }],
    ["a fork under the same owner", { repository: "acme/agents-fork", repository_id: "99" }],
    ["the name, registered anew by somebody else", { repository_id: "99", repository_owner_id: "666" }],
    ["another branch", { ref: "refs/heads/feature" }],
    ["a tag called like the branch", { ref: "refs/tags/main" }],
    ["another environment", { environment: "staging" }],
    ["no environment", { environment: undefined }],
    ["another workflow", { workflow_ref: "acme/agents/.github/workflows/other.yml@refs/heads/main" }],
    [
      "a workflow that only begins alike",
      { workflow_ref: "acme/agents/.github/workflows/publish.yml2@refs/heads/main" },
    ],
    ["upper case", { repository: "Acme/Agents" }],
    ["a pull request's code with the repository's rights", { event_name: "pull_request_target" }],
    ["a claim that is a list", { repository: ["acme/agents"] }],
  ])("403 workload_not_trusted: %s", async (_what, changes) => {
    const { trust, exchange, world } = await workloads();
    await trust();
    expect(await exchange(changes)).toBeProblem(403, "workload_not_trusted");
    expect(await world.database.query("SELECT FROM registry.api_tokens WHERE workload IS NOT NULL")).toEqual([]);
    expect(await exchange(), "the same without it").toMatchObject({ status: 200 });
  });

  it("403 workload_not_trusted: tells the token's own claims, and nothing of the tenant", async () => {
    const { world, trust, exchange } = await workloads();
    await trust();
    await world.given.tenant("globex");
    const changes = { repository: "mallory/agents", sub: "repo:mallory/agents:ref:refs/heads/main" };
    const answers = await Promise.all(["acme", "globex", "nowhere"].map((tenant) => exchange(changes, tenant)));
    const problems = answers.map((answer) => {
      if (answer.ok) throw new Error("trusted");
      const { correlationId: _, ...problem } = answer.problem;
      return problem;
    });
    expect(problems[0]).toMatchObject({ claims: { repository: "mallory/agents", ref: "refs/heads/main" } });
    expect(problems[0]?.claims).not.toHaveProperty("jti");
    expect(problems[1]).toEqual(problems[0]);
    expect(problems[2]).toEqual(problems[0]);
  });

  it("403 workload_not_trusted: what one tenant trusts is nothing to another, nor what it no longer trusts", async () => {
    const { world, admin, trust, exchange } = await workloads();
    const id = await trust();
    await world.given.tenant("globex");
    expect(await exchange({}, "globex")).toBeProblem(403, "workload_not_trusted");
    await unwrap(world.as(admin).deleteTrustedPublisher({ publisherId: id }));
    expect(await exchange()).toBeProblem(403, "workload_not_trusted");
  });

  it.each<[string, ClaimChanges, RegExp]>([
    ["expired", { exp: seconds(-10) }, /expired/],
    ["without an expiry", { exp: undefined }, /lacks/],
    ["not valid yet", { nbf: seconds(60) }, /not valid yet/],
    ["issued in the future", { iat: seconds(60) }, /not valid yet/],
    ["issued too long ago", { iat: seconds(-25 * 3600) }, /expired/],
    ["for another audience", { aud: "https://github.com/acme" }, /audience nofx/],
    ["for no audience", { aud: undefined }, /lacks/],
    ["of an issuer that is not allowed", { iss: "https://evil.example" }, /issuer is none of those allowed/],
    ["without a subject", { sub: undefined }, /lacks/],
  ])("401 workload_token_invalid: %s", async (_what, changes, detail) => {
    const { trust, exchange } = await workloads();
    await trust();
    const refused = await exchange(changes);
    expect(refused).toBeProblem(401, "workload_token_invalid");
    expect(refused).toMatchObject({ problem: { detail: expect.stringMatching(detail) } });
  });

  it("401 workload_token_invalid: forged, tampered with, unsigned, or signed with the public key as a secret", async () => {
    const { world, issuer, trust } = await workloads();
    await trust();
    const claims = gitHubClaims(issuer.url);
    const good = await issuer.sign(claims);
    const [header, , signature] = good.split(".");
    const payload = Buffer.from(JSON.stringify({ ...claims, repository: "acme/agents" })).toString("base64url");
    const secret = new TextEncoder().encode(await exportSPKI(signingKey.publicKey));
    const forged = [
      `${header}.${payload}x.${signature}`,
      `${good.slice(0, good.lastIndexOf("."))}.`,
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "first" }).sign(secret),
      await issuer.sign(claims, await newKey("first")),
      await issuer.sign(claims, await newKey("unknown")),
      "garbage",
      "a.b.c",
      `nofx_${"x".repeat(43)}`,
    ];
    for (const token of forged) {
      expect(await world.anonymous.exchangeToken({ body: exchangeOf(token) })).toBeProblem(
        401,
        "workload_token_invalid",
      );
    }
    expect(await world.anonymous.exchangeToken({ body: exchangeOf(good) })).toMatchObject({ status: 200 });
    expect(world.logged()).not.toContain('"level":"error"');
  });

  it("401 workload_token_invalid: an issuer's keys are never fetched because a token names it", async () => {
    const { world } = await workloads();
    const stranger = await startIssuer(signingKey);
    const token = await stranger.sign(gitHubClaims(stranger.url));
    await stranger.stop();
    expect(await world.anonymous.exchangeToken({ body: exchangeOf(token) })).toBeProblem(401, "workload_token_invalid");
  });

  it("409 workload_token_used: an identity token is good once, of many at the same time too", async () => {
    const { world, issuer, trust } = await workloads();
    await trust();
    const body = exchangeOf(await issuer.sign(gitHubClaims(issuer.url)));
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.anonymous.exchangeToken({ body })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers.filter(({ ok }) => !ok)) expect(answer).toBeProblem(409, "workload_token_used");
    expect(await world.anonymous.exchangeToken({ body })).toBeProblem(409, "workload_token_used");
  });

  it("follows the issuer's change of keys, and answers 503 while the issuer is down", async () => {
    const { issuer, trust, world, exchange } = await workloads();
    await trust();
    expect(await exchange()).toMatchObject({ status: 200 });
    const next = await newKey("second");
    issuer.state.keys = [next];
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    const token = await issuer.sign(gitHubClaims(issuer.url), next);
    expect(await world.anonymous.exchangeToken({ body: exchangeOf(token) })).toMatchObject({ status: 200 });
    expect(await exchange(), "the old key").toBeProblem(401, "workload_token_invalid");
    await issuer.stop();
    vi.setSystemTime(Date.now() + 11 * 60_000);
    const later = await issuer.sign(gitHubClaims(issuer.url), next);
    const answer = await world.anonymous.exchangeToken({ body: exchangeOf(later) });
    expect(answer).toBeProblem(503, "unavailable");
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("leaves nothing behind: what has ended a day ago is deleted, and nothing else can be", async () => {
    const { world, trust, exchange } = await workloads();
    await trust();
    await unwrap(exchange());
    const { access_token } = await unwrap(exchange());
    const count = async () =>
      (
        await world.database.query<{ tokens: string; used: string }>(
          "SELECT (SELECT count(*) FROM registry.api_tokens) AS tokens, (SELECT count(*) FROM registry.exchanged_tokens) AS used",
        )
      )[0];
    await world.database.query(
      "UPDATE registry.api_tokens SET expires_at = now() - interval '2 days' WHERE secret_hash <> sha256($1)",
      [Buffer.from(access_token)],
    );
    await world.database.query(
      "UPDATE registry.exchanged_tokens SET expires_at = now() - interval '2 days' WHERE token_hash = (SELECT token_hash FROM registry.exchanged_tokens ORDER BY 1 LIMIT 1)",
    );
    expect(await count()).toEqual({ tokens: "3", used: "2" });
    await deleteEndedWorkloads(world.deps.db);
    expect(await count(), "the administrator's token is a record, and stays").toEqual({ tokens: "2", used: "1" });
    await world.deps.db.pool.query(
      "BEGIN; SELECT set_config('app.tenant_id', 'acme', true), set_config('app.role', 'service', true); DELETE FROM api_tokens; DELETE FROM exchanged_tokens; COMMIT",
    );
    expect(await count()).toEqual({ tokens: "2", used: "1" });
  });

  it("knows GitHub Actions and GitLab.com unless told otherwise, and their claims wherever they are configured", () => {
    const env = (settings: Record<string, string>) => readEnv({ DATABASE_URL: "postgres://x/x", ...settings });
    const github = "https://token.actions.githubusercontent.com";
    expect(env({})).toMatchObject({
      WORKLOAD_AUDIENCE: "nofx",
      WORKLOAD_ISSUERS: [
        { issuer: github, kind: "github" },
        { issuer: "https://gitlab.com", kind: "gitlab" },
      ],
    });
    const own = [
      { issuer: github },
      { issuer: "https://git.acme.example", kind: "gitlab" },
      { issuer: "https://x.example" },
    ];
    expect(env({ WORKLOAD_ISSUERS: JSON.stringify(own) }).WORKLOAD_ISSUERS.map(({ kind }) => kind)).toEqual([
      "github",
      "gitlab",
      "other",
    ]);
    expect(() => env({ WORKLOAD_ISSUERS: '[{"issuer": "github"}]' })).toThrow(/WORKLOAD_ISSUERS/);
  });
});
