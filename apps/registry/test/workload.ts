import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { onTestFinished } from "vitest";
import { type Person, registry, type TestRegistry } from "./registry.ts";

/** Claims to put in place of others; undefined leaves one out. */
export type ClaimChanges = Readonly<Record<string, unknown>>;

/** A key pair with its name, as issuers keep them. GitHub and GitLab sign with RS256. */
export const newKey = async (kid: string, alg = "RS256") => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
};
export type Key = Awaited<ReturnType<typeof newKey>>;

/** An issuer of identity tokens over HTTP on this machine, whose keys the test can change. */
export const startIssuer = async (...keys: [Key, ...Key[]]) => {
  const state = { keys: keys as Key[] };
  const server = createServer((request, response) => {
    const body =
      request.url === "/jwks" ? { keys: state.keys.map(({ jwk }) => jwk) } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const sign = (claims: ClaimChanges, key = keys[0]) =>
    new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "JWT" })
      .sign(key.privateKey);
  return { url, state, stop, sign };
};
export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

export const sha = "9f2c1b7de0a84a6f1c3d5e7f90a1b2c3d4e5f607";

/** What GitHub Actions says of a run of `publish.yml` on the main branch of acme/agents: its real set of claims. */
export const gitHubClaims = (issuer: string, changes: ClaimChanges = {}): JWTPayload => {
  const second = Math.floor(Date.now() / 1000);
  return {
    jti: crypto.randomUUID(),
    sub: "repo:acme/agents:environment:release",
    aud: "nofx",
    ref: "refs/heads/main",
    sha,
    repository: "acme/agents",
    repository_owner: "acme",
    repository_owner_id: "4711",
    run_id: "123",
    run_number: "10",
    run_attempt: "2",
    repository_visibility: "private",
    repository_id: "74",
    actor_id: "12",
    actor: "octocat",
    workflow: "publish",
    head_ref: "",
    base_ref: "",
    event_name: "push",
    ref_type: "branch",
    ref_protected: "true",
    environment: "release",
    environment_node_id: "EN_kwDOA",
    workflow_ref: "acme/agents/.github/workflows/publish.yml@refs/heads/main",
    workflow_sha: sha,
    job_workflow_ref: "acme/agents/.github/workflows/publish.yml@refs/heads/main",
    job_workflow_sha: sha,
    runner_environment: "github-hosted",
    enterprise_id: "1",
    iss: issuer,
    iat: second,
    nbf: second,
    exp: second + 300,
    ...changes,
  } as JWTPayload;
};

/** What a careful publisher asks for. */
export const asked = {
  repository: "acme/agents",
  repository_id: "74",
  workflow_ref: "acme/agents/.github/workflows/publish.yml@*",
  ref: "refs/heads/main",
  environment: "release",
};

/** Signed once: making keys is slow. */
export const signingKey = await newKey("first");

/** The body of an exchange. */
export const exchangeOf = (subject_token: string, tenant = "acme", agent?: string) => ({
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange" as const,
  subject_token,
  tenant,
  ...(agent && { agent }),
});

export interface World {
  readonly world: TestRegistry;
  readonly issuer: Issuer;
  readonly admin: Person;
  /** Trusts the workload of `gitHubClaims`, with these claims instead of the careful ones. */
  trust(agents?: string[], claims?: Record<string, string>, person?: Person): Promise<string>;
  /** Exchanges an identity token with changed claims. */
  exchange(
    changes?: ClaimChanges,
    tenant?: string,
    agent?: string,
  ): ReturnType<TestRegistry["anonymous"]["exchangeToken"]>;
}

/** A registry whose tenants may trust a local issuer as if it were GitHub Actions. */
export const workloads = async (options: { now?: () => Date } = {}): Promise<World> => {
  const issuer = await startIssuer(signingKey);
  const world = await registry({ WORKLOAD_ISSUERS: JSON.stringify([{ issuer: issuer.url, kind: "github" }]) }, options);
  const admin = await world.given.admin("acme");
  return {
    world,
    issuer,
    admin,
    trust: async (agents = ["code-review"], claims = asked, person = admin) => {
      const created = await world
        .as(person)
        .createTrustedPublisher({ body: { name: "release", issuer: issuer.url, claims, agents } });
      if (!created.ok) throw new Error(JSON.stringify(created.problem));
      return created.body.trustedPublisher.id;
    },
    exchange: async (changes = {}, tenant = "acme", agent) =>
      world.anonymous.exchangeToken({
        body: exchangeOf(await issuer.sign(gitHubClaims(issuer.url, changes)), tenant, agent),
      }),
  };
};
