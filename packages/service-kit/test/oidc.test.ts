import type { webcrypto } from "node:crypto";
import { roles } from "@nofx/contract-kit";
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OidcIssuer, oidcAuthenticator } from "../src/index.ts";
import { newKey, sign, startIssuer } from "./issuer.ts";
import { problemOf, startThings } from "./things.ts";

const key = await newKey("first");
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;
const unavailable = expect.objectContaining({
  status: 503,
  code: "unavailable",
  details: expect.objectContaining({ headers: { "retry-after": "5" } }),
});

const trusting = async (settings: Partial<OidcIssuer> = {}) => {
  const issuer = await startIssuer([key]);
  const trusted = OidcIssuer.parse({ issuer: issuer.url, audience: "nofx", tenant: "acme", ...settings });
  return { issuer, authenticate: oidcAuthenticator([trusted], () => new Date()) };
};

afterEach(() => void vi.useRealTimers());

describe("a good token", () => {
  it("is a member of the issuer's tenant, named by issuer and subject, until it expires", async () => {
    const { issuer, authenticate } = await trusting();
    const exp = seconds(300);
    expect(await authenticate(await sign(key, issuer.url, { exp, tenant: "other" }))).toEqual({
      kind: "member",
      tenantId: "acme",
      subject: `${issuer.url}#alice`,
      scopes: new Set(roles.viewer),
      expiresAt: exp * 1000,
    });
  });

  it.each(["RS256", "PS256", "ES384", "EdDSA"])("may be signed with %s", async (alg) => {
    const { issuer, authenticate } = await trusting();
    const other = await newKey("other", alg);
    issuer.behaviour.keys = [key, other];
    expect(await authenticate(await sign(other, issuer.url))).toBeDefined();
  });

  it("may be for several audiences", async () => {
    const { issuer, authenticate } = await trusting();
    expect(await authenticate(await sign(key, issuer.url, { aud: ["else", "nofx"] }))).toBeDefined();
  });

  it.each([
    ["publisher", roles.publisher],
    [["viewer", "admin"], roles.admin],
    ["root", roles.publisher],
    ["toString", roles.publisher],
    [7, roles.publisher],
    [undefined, roles.publisher],
  ])("with the role claim %j has that role's scopes, and otherwise the default's", async (role, scopes) => {
    const { issuer, authenticate } = await trusting({ roleClaim: "groups", defaultRole: "publisher" });
    const actor = await authenticate(await sign(key, issuer.url, { groups: role }));
    expect(actor?.scopes).toEqual(new Set(scopes));
  });

  it("costs the issuer one look at its keys, however many there are", async () => {
    const { issuer, authenticate } = await trusting();
    const tokens = await Promise.all(["a", "b", "c"].map((sub) => sign(key, issuer.url, { sub })));
    await Promise.all(tokens.map(authenticate));
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it("needs no discovery if the address of the keys is configured", async () => {
    const issuer = await startIssuer([key]);
    const trusted = OidcIssuer.parse({
      issuer: issuer.url,
      audience: "nofx",
      tenant: "acme",
      jwksUri: `${issuer.url}/keys`,
    });
    expect(await oidcAuthenticator([trusted], () => new Date())(await sign(key, issuer.url))).toBeDefined();
    expect(issuer.asked).toEqual(["/keys"]);
  });
});

describe("nobody is", () => {
  it.each<[string, () => Record<string, unknown>]>([
    ["for another audience", () => ({ aud: "else" })],
    ["for no audience", () => ({ aud: undefined })],
    ["expired", () => ({ exp: seconds(-10) })],
    ["without an expiry", () => ({ exp: undefined })],
    ["not yet valid", () => ({ nbf: seconds(60) })],
    ["without a subject", () => ({ sub: undefined })],
  ])("who sends a token %s", async (_what, claims) => {
    const { issuer, authenticate } = await trusting();
    expect(await authenticate(await sign(key, issuer.url, claims()))).toBeUndefined();
    expect(await authenticate(await sign(key, issuer.url)), "the issuer works").toBeDefined();
  });

  it("who sends a token of another issuer, signed with a key of this one", async () => {
    const { issuer, authenticate } = await trusting();
    expect(await authenticate(await sign(key, "https://elsewhere.example"))).toBeUndefined();
    expect(await authenticate(await sign(key, `${issuer.url}/`))).toBeUndefined();
    expect(issuer.asked).toEqual([]);
  });

  it("who sends a token of one trusted issuer signed by another", async () => {
    const [one, other] = [await startIssuer([key]), await startIssuer([await newKey("first")])];
    const trusted = [one, other].map(({ url }, index) =>
      OidcIssuer.parse({ issuer: url, audience: "nofx", tenant: `t${index}` }),
    );
    const authenticate = oidcAuthenticator(trusted, () => new Date());
    expect(await authenticate(await sign(key, other.url))).toBeUndefined();
    expect((await authenticate(await sign(key, one.url)))?.tenantId).toBe("t0");
  });

  it("who sends an unsigned token (alg: none)", async () => {
    const { issuer, authenticate } = await trusting();
    const token = new UnsecuredJWT({ iss: issuer.url, aud: "nofx", sub: "alice", exp: seconds(60) }).encode();
    expect(await authenticate(token)).toBeUndefined();
  });

  it("who signs with the public key as an HMAC secret (HS256)", async () => {
    const { issuer, authenticate } = await trusting();
    const publicKey = (await importJWK(key.publicJwk, key.alg, { extractable: true })) as webcrypto.CryptoKey;
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(key.publicJwk)]) {
      const token = await new SignJWT({ iss: issuer.url, aud: "nofx", sub: "alice", exp: seconds(60) })
        .setProtectedHeader({ alg: "HS256", kid: key.kid })
        .sign(new TextEncoder().encode(secret));
      expect(await authenticate(token)).toBeUndefined();
    }
  });

  it("who signs with a key of an unknown name, or an own key under a known one", async () => {
    const { issuer, authenticate } = await trusting();
    expect(await authenticate(await sign(await newKey("unknown"), issuer.url))).toBeUndefined();
    expect(await authenticate(await sign(await newKey("first"), issuer.url))).toBeUndefined();
  });

  it("who changes a claim of a signed token", async () => {
    const { issuer, authenticate } = await trusting();
    const [header, , signature] = (await sign(key, issuer.url)).split(".");
    const claims = { iss: issuer.url, aud: "nofx", sub: "mallory", exp: seconds(60) };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    expect(await authenticate([header, payload, signature].join("."))).toBeUndefined();
  });

  it.each(["nofx_abc", "a.b", "a.b.c", "..", `${"a".repeat(20)}.${"b".repeat(20)}.`])(
    "who sends %s, which is no token of an issuer",
    async (token) => {
      const { issuer, authenticate } = await trusting();
      expect(await authenticate(token)).toBeUndefined();
      expect(issuer.asked).toEqual([]);
    },
  );
});

describe("when the issuer changes its keys", () => {
  it("a token of the new key is accepted without a restart, and one of the old key no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { issuer, authenticate } = await trusting();
    expect(await authenticate(await sign(key, issuer.url))).toBeDefined();
    const next = await newKey("second");
    issuer.behaviour.keys = [next];
    vi.setSystemTime(Date.now() + 31_000);
    expect(await authenticate(await sign(next, issuer.url))).toBeDefined();
    expect(await authenticate(await sign(key, issuer.url))).toBeUndefined();
  });

  it("made-up key names do not make it look again and again", async () => {
    const { issuer, authenticate } = await trusting();
    const stranger = await newKey("stranger");
    for (let i = 0; i < 5; i += 1) await authenticate(await sign({ ...stranger, kid: `k${i}` }, issuer.url));
    expect(issuer.asked.filter((url) => url === "/keys")).toHaveLength(1);
  });
});

describe("503 unavailable: the token cannot be judged", () => {
  it("while the issuer is down, and can again afterwards", async () => {
    const { issuer, authenticate } = await trusting();
    const token = await sign(key, issuer.url);
    await issuer.stop();
    await expect(authenticate(token)).rejects.toEqual(unavailable);
    await issuer.restart();
    expect(await authenticate(token)).toBeDefined();
  });

  it("while the issuer is down after its keys have been found once", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { issuer, authenticate } = await trusting();
    await authenticate(await sign(key, issuer.url));
    await issuer.stop();
    vi.setSystemTime(Date.now() + 11 * 60_000);
    await expect(authenticate(await sign(key, issuer.url))).rejects.toEqual(unavailable);
  });

  it.each([
    ["the keys' address answers 500", 500, "{}"],
    ["the keys are no JSON", 200, "<html>"],
    ["the keys are no key set", 200, "{}"],
  ])("while %s", async (_what, status, body) => {
    const { issuer, authenticate } = await trusting();
    issuer.behaviour.jwks = (response) => void response.writeHead(status).end(body);
    await expect(authenticate(await sign(key, issuer.url))).rejects.toEqual(unavailable);
  });

  it("while discovery answers 404", async () => {
    const { issuer, authenticate } = await trusting();
    issuer.behaviour.discover = (response) => void response.writeHead(404).end("{}");
    await expect(authenticate(await sign(key, issuer.url))).rejects.toEqual(unavailable);
  });

  it("while discovery redirects, even to a place that would answer well: only the issuer speaks for itself", async () => {
    const { issuer, authenticate } = await trusting();
    const elsewhere = await startIssuer([key]);
    elsewhere.behaviour.discovery = { issuer: issuer.url };
    const location = `${elsewhere.url}/.well-known/openid-configuration`;
    issuer.behaviour.discover = (response) => void response.writeHead(302, { location }).end();
    await expect(authenticate(await sign(key, issuer.url))).rejects.toEqual(unavailable);
    expect(elsewhere.asked).toEqual([]);
  });

  it("while discovery speaks for another issuer", async () => {
    const { issuer, authenticate } = await trusting();
    issuer.behaviour.discovery = { issuer: "https://elsewhere.example" };
    await expect(authenticate(await sign(key, issuer.url))).rejects.toEqual(unavailable);
  });
});

it("a service answers 401 to a bad token and 503 while its issuer is down", async () => {
  const { issuer, authenticate } = await trusting();
  const { call } = await startThings({}, { authenticate });
  expect((await call("GET", "/things", { token: await sign(key, issuer.url) })).statusCode).toBe(200);
  problemOf(await call("GET", "/things", { token: await sign(key, issuer.url, { aud: "x" }) }), 401, "unauthenticated");
  const unreachable = await trusting();
  await unreachable.issuer.stop();
  const service = await startThings({}, { authenticate: unreachable.authenticate });
  const refused = await service.call("GET", "/things", { token: await sign(key, unreachable.issuer.url) });
  problemOf(refused, 503, "unavailable");
  expect(refused.headers["retry-after"]).toBe("5");
});
