import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { onTestFinished } from "vitest";

/** A key pair with its name, as issuers keep them. */
export const newKey = async (kid: string, alg = "ES256") => {
  const pair = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    alg,
    privateKey: pair.privateKey,
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: "sig" },
  };
};
export type Key = Awaited<ReturnType<typeof newKey>>;

type Respond = (response: ServerResponse, value: unknown) => void;
const sendJson: Respond = (response, value) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));

/** An OpenID Connect issuer on a port of its own, whose answers the test can change. */
export const startIssuer = async (keys: Key[]) => {
  const asked: string[] = [];
  const behaviour = { keys, discovery: {} as Record<string, unknown>, discover: sendJson, jwks: sendJson };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/.well-known/openid-configuration") {
      behaviour.discover(response, { issuer: url, jwks_uri: `${url}/keys`, ...behaviour.discovery });
    } else behaviour.jwks(response, { keys: behaviour.keys.map(({ publicJwk }) => publicJwk) });
  });
  const listen = (port: number) =>
    new Promise<void>((listening) => {
      server.listen(port, "127.0.0.1", listening);
    });
  const stop = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  onTestFinished(stop);
  return { url, asked, behaviour, stop, restart: () => listen(port) };
};

/** Signs a token that is good in every way, but for what the test changes. */
export const sign = (key: Key, issuer: string, claims: JWTPayload = {}): Promise<string> => {
  const second = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuer, aud: "nofx", sub: "alice", iat: second, exp: second + 600, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey);
};
