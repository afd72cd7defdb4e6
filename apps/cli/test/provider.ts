import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import type { Ends } from "./world.ts";

/** The program that people sign in with. */
export const deviceClient = "nofx-cli";

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

const signingKey = () => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: "one",
  use: "sig",
  alg: "RS256",
});

/** Starts an OpenID provider that offers the device flow; whoever types a name is signed in under it. */
export const startProvider = async (ends: Ends): Promise<string> => {
  let handle: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: deviceClient,
        token_endpoint_auth_method: "none",
        grant_types: [deviceGrant],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: { deviceFlow: { enabled: true } },
    jwks: { keys: [signingKey()] } as never,
    cookies: { keys: [randomUUID()] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
  handle = provider.callback();
  return issuer;
};
