import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture, fixtureFiles } from "./fixtures.ts";
import { registry, type TestRegistry } from "./registry.ts";

const mcpFiles = fixtureFiles.filter((file) => file.startsWith("mcp-"));
const meta = "io.modelcontextprotocol.registry/official";

const importAll = async ({ as, given }: TestRegistry, tenant: string, files: readonly string[]) => {
  const publisher = as(await given.publisher(tenant));
  for (const file of files) await unwrap(publisher.importAgent({ body: fixture(file), visibility: "public" }));
  return publisher;
};

const namesOf = async ({ anonymous }: TestRegistry, query: object = {}) =>
  (await unwrap(anonymous.listMcpServers(query))).servers.map(({ server }) => `${server.name} ${server.version}`);

describe("listMcpServers", () => {
  it("lists each imported server as its own document, in the envelope that MCP clients expect", async () => {
    const world = await registry();
    await importAll(world, "acme", mcpFiles);
    const { servers, metadata } = await unwrap(world.anonymous.listMcpServers({ limit: 30 }));
    expect(metadata).toEqual({ count: 5 });
    const sources = mcpFiles.map((file) => JSON.parse(fixture(file).content));
    for (const { server, _meta } of servers) {
      const { version, ...source } = sources.find(({ name }) => name === server.name);
      expect(server).toEqual({ ...source, version: version === "2025.11" ? "2025.11.0" : version });
      expect(_meta[meta]).toMatchObject({ status: "active", isLatest: true });
    }
  });

  it("lists only public, not disabled agents that are MCP servers", async () => {
    const world = await registry();
    const alice = await importAll(world, "acme", ["mcp-oci.json", "mcp-npm-stdio.json", "a2a-1.0-travel.json"]);
    await unwrap(alice.importAgent({ body: fixture("mcp-mixed-mcpb.json"), visibility: "private" }));
    await unwrap(alice.publishAgent({ body: world.given.manifest({ agentId: "native" }), visibility: "public" }));
    const manifest = { endpoints: [{ url: "https://x.example/mcp", protocol: "mcp" }] };
    const own = world.given.manifest({ agentId: "own", manifest });
    await unwrap(alice.publishAgent({ body: own, visibility: "public" }));
    await world.database.query(
      "UPDATE registry.agent_registry SET status = 'disabled' WHERE mcp_name = 'org.example/pdf-tools'",
    );
    expect(await namesOf(world)).toEqual(["acme/own 1.0.0", "io.github.example/notes 1.6.2"]);
  });

  it("walking the pages gives every version of every server once; version=latest only the current ones", async () => {
    const world = await registry();
    const alice = await importAll(world, "acme", mcpFiles);
    const { content } = fixture("mcp-oci.json");
    for (const version of ["0.4.1", "0.5.0"]) {
      await unwrap(
        alice.importAgent({
          body: { format: "mcp", content: content.replace('"version":"0.4.0"', `"version":"${version}"`) },
        }),
      );
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(world.anonymous.listMcpServers({ limit: 2, ...(cursor && { cursor }) }));
      seen.push(...page.servers.map(({ server }) => `${server.name} ${server.version}`));
      cursor = page.metadata.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect(seen.filter((name) => name.startsWith("org.example/pdf-tools"))).toEqual([
      "org.example/pdf-tools 0.4.0",
      "org.example/pdf-tools 0.4.1",
      "org.example/pdf-tools 0.5.0",
    ]);
    expect(await namesOf(world, { version: "latest", search: "PDF" })).toEqual(["org.example/pdf-tools 0.5.0"]);
    expect(await namesOf(world, { version: "0.4.1" })).toEqual(["org.example/pdf-tools 0.4.1"]);
  });

  it("searches names literally, and by when an agent was last changed", async () => {
    let now = new Date("2026-01-01T00:00:00.000Z");
    const world = await registry({}, { now: () => now });
    await importAll(world, "acme", ["mcp-oci.json"]);
    now = new Date("2026-02-01T00:00:00.000Z");
    await importAll(world, "acme", ["mcp-npm-stdio.json"]);
    expect(await namesOf(world, { search: "%" })).toEqual([]);
    expect(await namesOf(world, { search: "example/no" })).toEqual(["io.github.example/notes 1.6.2"]);
    expect(await namesOf(world, { updated_since: "2026-02-01T01:00:00+01:00" })).toEqual([
      "io.github.example/notes 1.6.2",
    ]);
    expect(await namesOf(world, { updated_since: "2026-03-01T00:00:00Z" })).toEqual([]);
  });

  it("gives a name to whoever published it first; others are listed by tenant and agent", async () => {
    const world = await registry();
    await importAll(world, "zulu", ["mcp-oci.json"]);
    await importAll(world, "acme", ["mcp-oci.json"]);
    expect((await namesOf(world)).sort()).toEqual(["acme/org.example-pdf-tools 0.4.0", "org.example/pdf-tools 0.4.0"]);
    const holder = () =>
      unwrap(world.anonymous.getMcpServerVersion({ serverName: "org.example/pdf-tools", version: "latest" }));
    const first = await holder();
    await world.database.query("UPDATE registry.agent_registry SET visibility = 'private' WHERE tenant_id = 'zulu'");
    world.deps.answers.drop(null);
    expect(await namesOf(world)).toEqual(["org.example/pdf-tools 0.4.0"]);
    expect(await holder()).not.toEqual(first);
  });

  it("a name without a domain cannot take a tenant's place", async () => {
    const world = await registry();
    const content = fixture("mcp-oci.json").content.replace("org.example/pdf-tools", "acme/greeter");
    await unwrap(
      world
        .as(await world.given.publisher("globex"))
        .importAgent({ body: { format: "mcp", content }, visibility: "public" }),
    );
    expect(await namesOf(world)).toEqual(["globex/acme-greeter 0.4.0"]);
    const answer = await world.anonymous.getMcpServerVersion({ serverName: "acme/greeter", version: "latest" });
    expect(answer).toBeProblem(404, "server_not_found");
  });

  it("follows a rollback to a version that is no MCP server", async () => {
    const world = await registry();
    const admin = world.as(await world.given.admin("acme"));
    await unwrap(admin.publishAgent({ body: world.given.manifest(), visibility: "public" }));
    const manifest = {
      entryPrompt: "prompts/system.md",
      endpoints: [{ url: "https://x.example/mcp", protocol: "mcp" }],
    };
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: "2.0.0", manifest }) }));
    expect(await namesOf(world)).toEqual(["acme/greeter 2.0.0"]);
    await unwrap(
      admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: "no server after all" } }),
    );
    expect(await namesOf(world)).toEqual([]);
  });

  it("tells deprecated agents as deprecated", async () => {
    const world = await registry();
    await importAll(world, "acme", ["mcp-oci.json"]);
    await world.database.query("UPDATE registry.agent_registry SET status = 'deprecated'");
    const { servers } = await unwrap(world.anonymous.listMcpServers());
    expect(servers[0]?._meta[meta].status).toBe("deprecated");
  });

  it("400: more than 100 at once, and a cursor of another list", async () => {
    const world = await registry();
    await importAll(world, "acme", mcpFiles);
    expect(await world.anonymous.listMcpServers({ limit: 101 })).toBeProblem(400, "request_invalid");
    const { metadata } = await unwrap(world.anonymous.listMcpServers({ limit: 1 }));
    const query = { limit: 1, search: "x", cursor: metadata.nextCursor };
    expect(await world.anonymous.listMcpServers(query)).toBeProblem(400, "cursor_invalid");
  });

  it("304 while nothing has changed, 200 after a publish, at once", async () => {
    const world = await registry();
    const alice = await importAll(world, "acme", ["mcp-oci.json"]);
    const { headers } = await world.anonymous.listMcpServers();
    expect(headers.get("cache-control")).toBe("public, max-age=60");
    const ifNoneMatch = headers.get("etag") ?? "";
    expect((await world.anonymous.listMcpServers({}, { ifNoneMatch })).status).toBe(304);
    await unwrap(alice.importAgent({ body: fixture("mcp-npm-stdio.json"), visibility: "public" }));
    expect((await world.anonymous.listMcpServers({}, { ifNoneMatch })).status).toBe(200);
  });
});
