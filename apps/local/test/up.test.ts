import { mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { startForTests } from "@nofx/db-kit/embedded";
import { describe, expect, it, onTestFinished } from "vitest";
import { readEnv } from "../src/env.ts";
import { startGateway } from "../src/gateway.ts";
import { shipAgents } from "../src/ship-agents.ts";
import { type Step, up } from "../src/up.ts";
import { freeBlock, temporaryDirectory } from "./process.ts";

const quietly: Step = (_what, work) => work();

const envFor = async (source: Record<string, string> = {}) =>
  readEnv({ NOFX_PORT: String(await freeBlock()), NOFX_STATE: await temporaryDirectory(), ...source });

describe("up", () => {
  it("keeps data and token from one run to the next, and shows every shipped agent once, page by page", async () => {
    const env = await envFor();
    const first = await up(env, quietly);
    expect(first.shipped.created).toBe(first.shipped.versions);
    await first.stop();
    const second = await up(env, quietly);
    onTestFinished(second.stop);
    expect(second.shipped).toEqual({ ...first.shipped, created: 0 });
    expect(second.local.token).toBe(first.local.token);

    const client = createClient(registryContract, { baseUrl: second.local.origin });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(client.listAgents({ limit: 3, ...(cursor && { cursor }) }));
      seen.push(...page.agents.map(({ agentId }) => agentId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(first.shipped.agents);
    expect(new Set(seen).size).toBe(first.shipped.agents);

    const marketplace = createClient(marketplaceContract, { baseUrl: second.local.origin, token: second.local.token });
    const { templates } = await unwrap(marketplace.listBuilderTemplates());
    expect(templates).toHaveLength(3);

    const { entries } = await unwrap(client.getArdManifest());
    expect(entries).toHaveLength(first.shipped.agents);
    const card = await fetch(entries[0]?.url ?? "");
    expect(await card.json()).toMatchObject({ name: entries[0]?.displayName });
    expect(await unwrap(client.listMcpServers())).toEqual({ servers: [], metadata: { count: 0 } });
  }, 60_000);

  it("uses the server of DATABASE_URL, and leaves it running", async () => {
    const server = await startForTests();
    onTestFinished(server.stop);
    const env = await envFor({ DATABASE_URL: server.url });
    const running = await up(env, quietly);
    await running.stop();
    await expect(readFile(join(env.stateDirectory, "postgres/PG_VERSION"))).rejects.toThrow();
    const again = await up(env, quietly);
    await again.stop();
    expect(again.shipped.created).toBe(0);
  }, 60_000);

  it("stops what it has started when a later step fails", async () => {
    const env = await envFor();
    const failing: Step = (what, work) => (what === "Migrations" ? Promise.reject(new Error("disk full")) : work());
    await expect(up(env, failing)).rejects.toThrow("disk full");
    await expect(readFile(join(env.stateDirectory, "postgres/postmaster.pid"))).rejects.toThrow();
  }, 30_000);
});

describe("shipAgents", () => {
  const answering = (answers: Record<string, { status: number; body: object }>) =>
    createClient(registryContract, {
      baseUrl: "http://registry.test",
      fetch: async (input, init) => {
        const { searchParams } = new URL(String(input));
        const kind = init?.method === "GET" ? "read" : searchParams.get("dryRun") === "true" ? "dryRun" : "publish";
        const { status, body } = answers[kind] ?? { status: 500, body: {} };
        const type = status < 300 ? "application/json" : "application/problem+json";
        return new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
      },
    });
  const problem = (status: number, code: string, title: string) => ({
    status,
    body: { type: `urn:nofx:error:${code}`, title, status, code, correlationId: "c" },
  });
  const read = problem(404, "agent_not_found", "No such agent");
  const refused = problem(422, "manifest_invalid", "The manifest is not valid");
  const withAgent = async (text: string): Promise<string> => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "bad"));
    await writeFile(join(directory, "bad/agent.json"), text);
    return directory;
  };
  const fit = '{"agentId":"bad","name":"Bad","version":"1.0.0","manifest":{"entry":"main.ts"}}';

  it("names the file that is not JSON, and its place", async () => {
    const directory = await withAgent('{\n  "agentId": nope\n}');
    await expect(shipAgents(answering({ read }), directory)).rejects.toThrow(/^bad\/agent\.json:2:14: /);
  });

  it("names the file that the registry refuses", async () => {
    const shipping = shipAgents(answering({ read, dryRun: refused }), await withAgent(fit));
    await expect(shipping).rejects.toThrow("bad/agent.json: The manifest is not valid");
  });

  it("names the file whose publishing fails in the end", async () => {
    const dryRun = { status: 201, body: { outcome: "created", agent: { tenant: "t" }, warnings: [] } };
    const directory = await withAgent(fit);
    const listed = { status: 200, body: { agents: [] } };
    const client = answering({ read, dryRun, publish: refused });
    const shipping = shipAgents({ ...client, listAgents: answering({ read: listed }).listAgents }, directory);
    await expect(shipping).rejects.toThrow("bad/agent.json: The manifest is not valid");
  });
});

describe("the gateway", () => {
  it("leads the root to the reference, each address to the longest prefix, the rest nowhere", async () => {
    const answer = (text: string) => ({
      handle: (_request: unknown, response: { end(text: string): void }) => response.end(text),
    });
    const port = await freeBlock();
    const gateway = await startGateway(port, [
      { prefix: "/api/", ...answer("api") },
      { prefix: "/api/templates", ...answer("templates") },
    ]);
    onTestFinished(gateway.stop);
    const get = async (path: string) => {
      const response = await fetch(gateway.url + path, { redirect: "manual" });
      return response.headers.get("location") ?? (response.status === 200 ? await response.text() : response.status);
    };
    expect(await get("/")).toBe("/docs");
    expect(await get("/api/agents")).toBe("api");
    expect(await get("/api/templates/x")).toBe("templates");
    expect(await get("/elsewhere")).toBe(404);
  });

  it("stops although a request never ends", async () => {
    const port = await freeBlock();
    const gateway = await startGateway(port, [{ prefix: "/", handle: () => undefined }]);
    const hanging = request(`${gateway.url}/slow`).on("error", () => undefined);
    hanging.end();
    await new Promise((resolve) => hanging.once("socket", (socket) => socket.once("connect", resolve)));
    await gateway.stop();
  });
});
