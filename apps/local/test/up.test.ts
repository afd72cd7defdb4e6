import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import type { Contract } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { askOnce } from "@nofx/db-kit";
import { startEmbedded } from "@nofx/db-kit/embedded";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { readEnv } from "../src/env.ts";
import { startGateway } from "../src/gateway.ts";
import { shipAgents, shipCategories, shipTemplates } from "../src/ship.ts";
import { loadSecrets, saveSecrets } from "../src/state.ts";
import type { Step } from "../src/step.ts";
import { type ControlPlane, up } from "../src/up.ts";
import { look } from "./first-start.ts";
import { freeBlock } from "./local-process.ts";
import { startedBefore, temporaryDirectory } from "./process.ts";

const quietly: Step = (_what, work) => work();

/** On a state directory as the first start has left it. */
const envFor = async (source: Record<string, string> = {}) =>
  readEnv({ NOFX_PORT: String(await freeBlock()), NOFX_STATE: await startedBefore(), ...source });

/** Everything of a list, page by page. */
const everyPage = async (
  pageAfter: (cursor: string | undefined) => Promise<{ ids: string[]; nextCursor?: string | undefined }>,
): Promise<string[]> => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { ids, nextCursor } = await pageAfter(cursor);
    seen.push(...ids);
    cursor = nextCursor;
  } while (cursor);
  return seen;
};

/** Public templates, as anybody finds them at the origin. */
const pagesOfTemplates = (baseUrl: string) => {
  const client = createClient(marketplaceContract, { baseUrl });
  return async (cursor: string | undefined) => {
    const page = await unwrap(client.listTemplates({ limit: 5, ...(cursor && { cursor }) }));
    return { ids: page.templates.map(({ templateId }) => templateId), nextCursor: page.nextCursor };
  };
};

const marketplaceOf = ({ local: { origin: baseUrl, token } }: ControlPlane) =>
  createClient(marketplaceContract, { baseUrl, token });

describe("up", () => {
  it("keeps data and token from one run to the next, and shows all that ships once, page by page", async () => {
    const { output, local, seen: before } = inject("firstStart");
    const counts = (line: RegExp): number[] => line.exec(output)?.slice(1).map(Number) ?? [];
    const [agents = 0, agentVersions = 0, agentsCreated] = counts(/ (\d+) agents, (\d+) versions, (\d+) new/);
    expect([agents, agentsCreated]).toEqual([26, agentVersions]);
    const [categories = 0, categoriesCreated] = counts(/ (\d+) categories, (\d+) new/);
    expect(categoriesCreated).toBe(categories);
    const [passed = 0] = counts(/ 16 templates, 29 versions, 29 new; tests: (\d+) passed, 0 failed/);
    expect(passed).toBeGreaterThan(100);
    expect(before.categories.length).toBe(categories);
    // Each shipped template is in one, counted there and above.
    expect(before.categories.filter(({ parent }) => !parent).reduce((sum, { count }) => sum + count, 0)).toBe(16);

    const second = await up(await envFor(), quietly);
    onTestFinished(second.stop);
    expect(second.shipped).toEqual({
      agents: { shipped: agents, versions: agentVersions, created: 0 },
      categories: { shipped: categories, created: 0 },
      templates: { shipped: 16, versions: 29, created: 0, tests: { passed, failed: 0 } },
    });
    expect(second.local.token).toBe(local.token);
    expect(await look(second.local)).toEqual(before);
    const listed = await unwrap(marketplaceOf(second).listTemplates({ limit: 100 }));
    expect(listed.templates.filter((template) => template.kind === "workflow" && !template.tests)).toEqual([]);

    const schema = await fetch(`${second.local.origin}/schemas/template.json`);
    expect(await schema.json()).toMatchObject({ $id: "urn:nofx:schema:template" });

    const client = createClient(registryContract, { baseUrl: second.local.origin });
    const seen = await everyPage(async (cursor) => {
      const page = await unwrap(client.listAgents({ limit: 3, ...(cursor && { cursor }) }));
      return { ids: page.agents.map(({ agentId }) => agentId), nextCursor: page.nextCursor };
    });
    expect(seen).toHaveLength(26);
    expect(new Set(seen).size).toBe(26);
    const seenTemplates = await everyPage(pagesOfTemplates(second.local.origin));
    expect(seenTemplates).toHaveLength(16);
    expect(new Set(seenTemplates).size).toBe(16);

    const { templates: prompts } = await unwrap(marketplaceOf(second).listBuilderTemplates());
    expect(prompts.map(({ name }) => name)).toEqual([
      expect.any(String),
      expect.any(String),
      "Daily Focus Coach",
      "Meeting Prep Companion",
      "Campaign Tracker Digest",
    ]);

    const registry = createClient(registryContract, { baseUrl: second.local.origin, token: second.local.token });
    const retire = { status: "deprecated", reason: "testing" } as const;
    const preview = await unwrap(registry.setAgentStatus({ agentId: seen[0] ?? "", dryRun: "true", body: retire }));
    expect(preview.impact.templates.status).toBe("known");
    const source = async () => (await unwrap(registry.getAgentUsage({ agentId: seen[0] ?? "" }))).source;
    await expect.poll(source, { timeout: 10_000 }).toBe("current");

    const { entries } = await unwrap(client.getArdManifest());
    expect(entries).toHaveLength(26);
    const card = await fetch(entries[0]?.url ?? "");
    expect(await card.json()).toMatchObject({ name: entries[0]?.displayName });
    expect(await unwrap(client.listMcpServers())).toEqual({ servers: [], metadata: { count: 0 } });
  }, 60_000);

  it("uses the server of DATABASE_URL, and leaves it running; makes tokens where none are kept", async () => {
    const before = await startedBefore();
    const { adminToken, serviceToken: _, ...secrets } = await loadSecrets(before);
    const dataDirectory = join(before, "postgres");
    const server = await startEmbedded({ dataDirectory, password: secrets.postgresPassword });
    onTestFinished(server.stop);
    const databaseUrl = new URL("/nofx", server.url).href;
    const env = await envFor({ DATABASE_URL: databaseUrl, NOFX_STATE: await temporaryDirectory() });
    await saveSecrets(env.stateDirectory, secrets);
    const running = await up(env, quietly);
    onTestFinished(running.stop);
    expect(running.shipped).toMatchObject({ agents: { created: 0 }, templates: { created: 0 } });
    expect(running.local.token).not.toBe(adminToken);
    expect((await marketplaceOf(running).listMarketplaceAudit({})).ok).toBe(true);
    await running.stop();
    await expect(readFile(join(env.stateDirectory, "postgres/PG_VERSION"))).rejects.toThrow();
    expect(await askOnce(databaseUrl, "SELECT 1 AS answer")).toEqual([{ answer: 1 }]);
  }, 60_000);

  it("says what to do when the data is there and its secrets are not", async () => {
    const env = await envFor();
    await rm(join(env.stateDirectory, "secrets.json"));
    await expect(up(env, quietly)).rejects.toThrow(
      `The data in ${env.stateDirectory}/postgres was made with other secrets than those of ${env.stateDirectory}/secrets.json`,
    );
  });

  it("stops what it has started when a later step fails", async () => {
    const env = await envFor();
    const failing: Step = (what, work) => (what === "Migrations" ? Promise.reject(new Error("disk full")) : work());
    await expect(up(env, failing)).rejects.toThrow("disk full");
    await expect(readFile(join(env.stateDirectory, "postgres/postmaster.pid"))).rejects.toThrow();
  }, 30_000);
});

describe("shipping", () => {
  const answering = <C extends Contract>(contract: C, answers: Record<string, { status: number; body: object }>) =>
    createClient(contract, {
      baseUrl: `http://${contract.name}.test`,
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
  const withFile = async (path: string, text: string): Promise<string> => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, dirname(path)), { recursive: true });
    await writeFile(join(directory, path), text);
    return directory;
  };
  const withAgent = (text: string): Promise<string> => withFile("bad/agent.json", text);
  const fit = '{"agentId":"bad","name":"Bad","version":"1.0.0","manifest":{"entry":"main.ts"}}';

  it("names the file that is not JSON, and its place", async () => {
    const directory = await withAgent('{\n  "agentId": nope\n}');
    await expect(shipAgents(answering(registryContract, { read }), directory)).rejects.toThrow(
      /^bad\/agent\.json:2:14: /,
    );
  });

  it("names the file that the registry refuses", async () => {
    const shipping = shipAgents(answering(registryContract, { read, dryRun: refused }), await withAgent(fit));
    await expect(shipping).rejects.toThrow("bad/agent.json: The manifest is not valid");
  });

  it("names the file whose publishing fails in the end", async () => {
    const dryRun = { status: 201, body: { outcome: "created", agent: { tenant: "t" }, version: {}, warnings: [] } };
    const directory = await withAgent(fit);
    const listed = { status: 200, body: { agents: [] } };
    const client = answering(registryContract, { read, dryRun, publish: refused });
    const shipping = shipAgents(
      { ...client, listAgents: answering(registryContract, { read: listed }).listAgents },
      directory,
    );
    await expect(shipping).rejects.toThrow("bad/agent.json: The manifest is not valid");
  });

  it("names the file and the place of what is wrong with a template", async () => {
    const directory = await withFile("bad/template.json", '{\n  "templateId": nope\n}');
    const shipping = shipTemplates(answering(marketplaceContract, {}), directory);
    await expect(shipping).rejects.toThrow(/^bad\/template\.json:2:17: /);
  });

  it("leaves categories as the operator has made them, and adds those that are not there", async () => {
    const tree = [
      { id: "ours", name: "Ours", description: "", order: 0, count: 0 },
      { id: "shipped", name: "Renamed here", description: "", order: 7, count: 0 },
    ];
    const reader = answering(marketplaceContract, { read: { status: 200, body: { categories: tree } } });
    const put: unknown[] = [];
    const operator = createClient(marketplaceContract, {
      baseUrl: "http://marketplace.test",
      fetch: async (input, init) => {
        put.push([new URL(String(input)).pathname, JSON.parse(String(init?.body))]);
        return Response.json({ category: tree[0] }, { status: 201 });
      },
    });
    const file = [
      { id: "shipped", name: "Shipped" },
      { id: "below", name: "Below", parent: "shipped" },
    ];
    const directory = await withFile("categories.json", JSON.stringify(file));
    const counts = await shipCategories({ reader, operator }, join(directory, "categories.json"));
    expect(counts).toEqual({ shipped: 2, created: 1 });
    expect(put).toEqual([["/api/categories/below", { name: "Below", description: "", parent: "shipped", order: 0 }]]);
  });

  it("names the template that the marketplace refuses", async () => {
    const content = { kind: "prompt", instructions: "Help.", input: [{ type: "input_text", text: "Now." }] };
    const template = { templateId: "bad", name: "Bad", version: "1.0.0", content };
    const directory = await withFile("bad/template.json", JSON.stringify(template));
    const absent = problem(404, "template_not_found", "No such template");
    const shipping = shipTemplates(answering(marketplaceContract, { read: absent, dryRun: refused }), directory);
    await expect(shipping).rejects.toThrow("bad/template.json: The manifest is not valid");
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
