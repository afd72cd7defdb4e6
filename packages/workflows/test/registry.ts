import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { readEnv, registryTrack, startRegistry } from "@nofx/registry";
import { cloneDatabase, prepareTemplate } from "@nofx/testkit";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { inject, onTestFinished } from "vitest";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** GitHub as a run sees it: gives out the run's identity, and the keys that prove it. */
export const startIssuer = async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "first", alg: "RS256", use: "sig" };
  let toFail = 0;
  const identity = async (audience: string | null): Promise<string> =>
    await new SignJWT({
      repository: "acme/agents",
      repository_owner_id: "4711",
      ref: "refs/heads/main",
      event_name: "push",
      run_id: "123",
      workflow_ref: "acme/agents/.github/workflows/publish.yml@refs/heads/main",
    })
      .setProtectedHeader({ alg: "RS256", kid: "first" })
      .setIssuer(url)
      .setAudience(audience ?? "github")
      .setSubject("repo:acme/agents:ref:refs/heads/main")
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? "/", url);
    response.setHeader("content-type", "application/json");
    if (asked.pathname === "/identity") {
      if (toFail > 0 || request.headers.authorization !== "Bearer run") {
        toFail -= 1;
        response.writeHead(toFail >= 0 ? 503 : 401).end("{}");
        return;
      }
      response.end(JSON.stringify({ value: await identity(asked.searchParams.get("audience")) }));
      return;
    }
    response.end(
      JSON.stringify(asked.pathname === "/jwks" ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => new Promise<void>((closed) => void server.close(() => closed())));
  return {
    url,
    /** What the runner tells a job that may ask for its identity. */
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/identity?api-version=2.0`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "run" },
    failNext: (times: number): void => {
      toFail = times;
    },
  };
};

/** A registry over HTTP whose tenant `acme` trusts the runs of that issuer to publish one agent, and templates. */
export const startTrustingRegistry = async (issuer: string, agent: string, templates: readonly string[] = []) => {
  const serverUrl = inject("testServerUrl");
  const database = await cloneDatabase(serverUrl, await prepareTemplate(serverUrl, registryTrack), registryTrack.role);
  const started = await startRegistry(
    readEnv({
      PORT: "0",
      LOG_FILE: "/dev/null",
      DATABASE_URL: database.url,
      BOOTSTRAP_TOKEN: operatorToken,
      WORKLOAD_ISSUERS: JSON.stringify([{ issuer, kind: "github" }]),
      WORKLOAD_AUDIENCE: "https://registry.example.com",
    }),
  );
  onTestFinished(async () => {
    await started.stop();
    await database.drop();
  });
  const operator = createClient(registryContract, { baseUrl: started.url, token: operatorToken });
  await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
  const { secret } = await unwrap(operator.createToken({ body: { name: "admin", tenant: "acme", role: "admin" } }));
  const admin = createClient(registryContract, { baseUrl: started.url, token: secret });
  const claims = { repository: "acme/agents", repository_owner_id: "4711", ref: "refs/heads/main" };
  await unwrap(
    admin.createTrustedPublisher({
      body: { name: "publish", issuer, claims, agents: [agent], templates: [...templates] },
    }),
  );
  return { url: started.url, admin };
};
