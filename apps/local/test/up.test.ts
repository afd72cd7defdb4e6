import { mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { startThrowaway } from "@nofx/db-kit/embedded";
import { describe, expect, it, onTestFinished } from "vitest";
import { readEnv } from "../src/env.ts";
import { startGateway } from "../src/gateway.ts";
import { publishShipped } from "../src/publish-shipped.ts";
import { readAgents } from "../src/read-agents.ts";
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

    const { entries } = await unwrap(client.getArdManifest());
    expect(entries).toHaveLength(first.shipped.agents);
    const card = await fetch(entries[0]?.url ?? "");
    expect(await card.json()).toMatchObject({ name: entries[0]?.displayName });
    expect(await unwrap(client.listMcpServers())).toEqual({ servers: [], metadata: { count: 0 } });
  }, 60_000);

  it("uses the server of DATABASE_URL, and leaves it running", async () => {
    const server = await startThrowaway();
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

describe("readAgents", () => {
  it("names the file that is not JSON", async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "broken"));
    await writeFile(join(directory, "broken/agent.json"), "{");
    await expect(readAgents(directory)).rejects.toThrow(/broken\/agent\.json: .*JSON/);
  });

  it("names the agent whose mcp.json is not JSON", async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "tooled"));
    await writeFile(join(directory, "tooled/agent.json"), '{"agentId":"tooled","version":"1.0.0","manifest":{}}');
    await writeFile(join(directory, "tooled/mcp.json"), "nope");
    await expect(readAgents(directory)).rejects.toThrow(/tooled/);
  });
});

describe("publishShipped", () => {
  it("names the directory that the registry refuses", async () => {
    const problem = {
      type: "urn:nofx:error:manifest_invalid",
      title: "The manifest is not valid",
      status: 422,
      code: "manifest_invalid",
      correlationId: "c",
    };
    const headers = { "content-type": "application/problem+json" };
    const client = createClient(registryContract, {
      baseUrl: "http://registry.test",
      fetch: async () => new Response(JSON.stringify(problem), { status: 422, headers }),
    });
    const source = { directory: "agents/bad", agentId: "bad", version: "1.0.0", manifest: {} };
    await expect(publishShipped(client, [source])).rejects.toThrow(/agents\/bad: The manifest is not valid/);
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
