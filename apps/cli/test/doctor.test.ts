import { chmod } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { checkNode } from "../src/system/checks.ts";
import { directoryWith, nofx, nofxJson, person } from "./cli.ts";

interface Told {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly next?: string;
  }[];
}

/** The origin as it is, but for what is changed of its answers about health. */
const originWith = async (change: (health: { services: object[]; index: object }) => object, date?: Date) => {
  const { origin } = inject("world");
  const server = createServer(async (request, response) => {
    const { authorization = "" } = request.headers;
    const answer = await fetch(`${origin}${request.url}`, { headers: { authorization } });
    const body = await answer.json();
    const isHealth = request.url === "/api/system/health";
    if (date) response.sendDate = false;
    if (date) response.setHeader("date", date.toUTCString());
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(JSON.stringify(isHealth ? change(body as never) : body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const named = ({ checks }: Told, name: string) => checks.find((check) => check.name === name);

describe("nofx doctor", () => {
  it("0: Node, configuration, credentials, origin, clock, services with their contracts, index and token", async () => {
    const ada = await person("publisher");
    const { exitCode, document } = await nofxJson<Told>("doctor", ["doctor"], { token: ada.token });
    expect(document.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(exitCode).toBe(0);
    expect(document.checks.map(({ name }) => name)).toEqual(
      ["node", "credentials", "configuration", "origin", "clock"].concat([
        "registry",
        "marketplace",
        "search",
        "search index",
        "token",
      ]),
    );
    expect(named(document, "token")?.detail).toContain("agents:publish");
    const { stdout } = await nofx(["doctor"], { token: ada.token });
    expect(stdout).toMatch(/^CHECK +STATUS +DETAIL$/m);
    expect(stdout).toMatch(/✓ nofx can work\.\n$/);
  });

  it("0 with a warning: without a token", async () => {
    const { exitCode, stdout } = await nofx(["doctor"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("→ token: Sign in with") });
  });

  it("1: a token that is not good, an origin that does not answer, credentials that others can read", async () => {
    const bad = await nofxJson<Told>("doctor", ["doctor"], { token: "nofx_wrong" });
    expect(bad.exitCode).toBe(1);
    const away = await nofxJson<Told>("doctor", ["doctor"], { origin: "http://127.0.0.1:1" });
    expect(away.exitCode).toBe(1);
    expect(named(away.document, "origin")).toMatchObject({
      status: "error",
      next: expect.stringContaining("npm start"),
    });
    const cwd = await directoryWith({ ".config/credentials.json": "{}" });
    await chmod(join(cwd, ".config/credentials.json"), 0o644);
    const exposed = await nofxJson<Told>("doctor", ["doctor"], { cwd });
    expect(named(exposed.document, "credentials")).toMatchObject({
      status: "error",
      next: expect.stringContaining("chmod"),
    });
    expect(named(exposed.document, "configuration")).toMatchObject({ status: "error" });
  });

  it("tells another contract, a service that is down, an index that is behind and a clock that is wrong", async () => {
    const { token } = await person("viewer");
    const origin = await originWith(
      (health) => {
        const [registry, marketplace, search] = health.services as object[];
        const digest = `sha256:${"0".repeat(64)}`;
        return {
          ...health,
          services: [
            { ...registry, contract: { served: digest, known: digest, matches: true } },
            { ...marketplace, status: "failed", reason: "gone" },
            { ...search, status: "degraded", reason: "migrations" },
          ],
          index: { status: "stale", feeds: [{ source: "registry", reachable: false, lagSeconds: 99 }] },
        };
      },
      new Date(Date.now() - 3_600_000),
    );
    const { exitCode, document } = await nofxJson<Told>("doctor", ["doctor"], { origin, token });
    expect(exitCode).toBe(1);
    expect(named(document, "registry")).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("not the contract"),
    });
    expect(named(document, "marketplace")).toMatchObject({ status: "error", detail: "gone" });
    expect(named(document, "search")).toMatchObject({ status: "warning" });
    expect(named(document, "search index")).toMatchObject({ status: "warning", detail: "99 s behind" });
    expect(named(document, "clock")).toMatchObject({
      status: "warning",
      detail: expect.stringMatching(/^3(599|600) s/),
    });
  });

  it("says which Node is too old", () => {
    expect(checkNode("22.11.0")).toMatchObject({ status: "error", next: "Install Node 24 or later." });
    expect(checkNode("24.0.0")).toMatchObject({ status: "ok" });
  });
});
