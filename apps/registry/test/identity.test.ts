import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unwrap } from "@nofx/client";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { startRegistry } from "../src/index.ts";
import { operatorToken, registry } from "./registry.ts";

/** An OpenID Connect issuer over HTTP on this machine. */
const localIssuer = async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
  const server = createServer((request, response) => {
    const body = request.url === "/jwks" ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => void server.close());
  const sign = (claims: JWTPayload = {}, expires = "5m") =>
    new SignJWT({ nofx_role: "publisher", ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "key-1" })
      .setIssuer(String(claims.iss ?? issuer))
      .setAudience("nofx")
      .setSubject("alice")
      .setExpirationTime(expires)
      .sign(privateKey);
  return { issuer, sign };
};

const setUp = async () => {
  const { issuer, sign } = await localIssuer();
  const world = await registry({ OIDC_ISSUERS: JSON.stringify([{ issuer, audience: "nofx", tenant: "acme" }]) });
  await world.given.tenant("acme");
  return { world, issuer, sign };
};

describe("JSON Web Tokens of a configured issuer", () => {
  it("a good one acts for the issuer's tenant, with its role", async () => {
    const { world, issuer, sign } = await setUp();
    const alice = world.as({ tenant: "acme", token: await sign() });
    const { version, agent } = await unwrap(alice.publishAgent({ body: world.given.manifest() }));
    expect(agent.tenant).toBe("acme");
    expect(version.publishedBy).toBe(`${issuer}#alice`);
    const viewer = world.as({ tenant: "acme", token: await sign({ nofx_role: "viewer" }) });
    expect(await viewer.publishAgent({ body: world.given.manifest({ version: "1.0.1" }) })).toBeProblem(
      403,
      "forbidden",
    );
  });

  it("a tenant in the token's claims changes nothing", async () => {
    const { world, sign } = await setUp();
    await world.given.tenant("globex");
    const alice = world.as({ tenant: "globex", token: await sign({ tenant: "globex", tenant_id: "globex" }) });
    expect((await unwrap(alice.publishAgent({ body: world.given.manifest() }))).agent.tenant).toBe("acme");
  });

  it("401 for an expired one, another issuer's, a tampered one, and `alg: none`", async () => {
    const { world, issuer, sign } = await setUp();
    const good = await sign();
    const [header, payload, signature] = good.split(".");
    const forged = Buffer.from(JSON.stringify({ iss: issuer, aud: "nofx", sub: "root", exp: 9_999_999_999 })).toString(
      "base64url",
    );
    const none = new UnsecuredJWT({ nofx_role: "admin" })
      .setIssuer(issuer)
      .setAudience("nofx")
      .setSubject("root")
      .setExpirationTime("1h")
      .encode();
    const bad = [
      await sign({}, "-1m"),
      await sign({ iss: "http://127.0.0.1:1" }),
      `${header}.${forged}.${signature}`,
      `${header}.${payload}.`,
      none,
    ];
    for (const token of bad) {
      const client = world.as({ tenant: "acme", token });
      expect(await client.listAgents()).toBeProblem(401, "unauthenticated");
      expect(await client.publishAgent({ body: world.given.manifest() })).toBeProblem(401, "unauthenticated");
    }
    expect(world.logged()).not.toContain('"level":"error"');
  });

  it("an issuer's tenant is there from the start", async () => {
    const { issuer } = await localIssuer();
    const { database } = await registry();
    const oidc = JSON.stringify([{ issuer, audience: "nofx", tenant: "fresh" }]);
    const { readEnv } = await import("../src/env.ts");
    const env = readEnv({
      DATABASE_URL: database.url,
      PORT: "0",
      BOOTSTRAP_TOKEN: operatorToken,
      OIDC_ISSUERS: oidc,
      LOG_LEVEL: "silent",
    });
    const running = await startRegistry(env);
    await running.stop();
    expect(await database.query("SELECT tenant_id FROM registry.tenants")).toEqual([{ tenant_id: "fresh" }]);
  });
});
