import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

const weather = fixture("a2a-0.3-weather.json");
const minimal = fixture("a2a-1.0-minimal.json");

describe("importAgent", () => {
  it("201: publishes what the document says, the document with it, and lists what did not come along", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher("acme"));
    const answer = await alice.importAgent({ body: weather, visibility: "public" });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        outcome: "created",
        agent: { tenant: "acme", agentId: "weather-desk", currentVersion: "3.0.0", visibility: "public" },
        version: { version: "3.0.0" },
        warnings: [],
        losses: [
          { path: "$.version", reason: expect.stringContaining("3.0.0") },
          { path: "$.securitySchemes.old", reason: expect.stringContaining("kerberos") },
          { path: "$.skills[0].id", reason: expect.stringContaining("forecast-7-days") },
        ],
      },
    });
    expect(answer.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
    const path = "origin/agent-card.json";
    const file = await unwrap(alice.getAgentFile({ agentId: "weather-desk", version: "3.0.0", path }));
    expect(Buffer.from(file).toString()).toBe(weather.content);
    const document = await unwrap(alice.getAgentVersion({ agentId: "weather-desk", version: "3.0.0" }));
    expect(document.manifest.origin).toMatchObject({ format: "a2a", formatVersion: "0.3.0", file: path });
  });

  it("200 identical: the same document again; the same key and body take effect once", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const first = await alice.importAgent({ body: minimal }, { idempotencyKey: "k" });
    const replayed = await alice.importAgent({ body: minimal }, { idempotencyKey: "k" });
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
    expect({ ...replayed, headers: 0 }).toEqual({ ...first, headers: 0 });
    expect(await alice.importAgent({ body: minimal })).toMatchObject({ status: 200, body: { outcome: "identical" } });
    expect(await database.query("SELECT version FROM registry.agent_versions")).toHaveLength(1);
  });

  it("dryRun judges and writes nothing", async () => {
    const { as, given, database } = await registry();
    const alice = as(await given.publisher());
    const answer = await alice.importAgent({ body: minimal, dryRun: "true" });
    expect(answer).toMatchObject({ status: 200, body: { dryRun: true, outcome: "created" } });
    expect(await database.query("SELECT FROM registry.agent_versions")).toHaveLength(0);
  });

  it("takes id and version from the caller", async () => {
    const { as, given } = await registry();
    const body = { ...minimal, agentId: "mine", version: "4.5.6" };
    expect(await as(await given.publisher()).importAgent({ body })).toMatchObject({
      status: 201,
      body: { agent: { agentId: "mine", currentVersion: "4.5.6" } },
    });
  });

  it("409 version_conflict: other bytes under a published version, were it but a space", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await unwrap(alice.importAgent({ body: minimal }));
    const body = { ...minimal, content: `${minimal.content} ` };
    expect(await alice.importAgent({ body })).toBeProblem(409, "version_conflict");
  });

  it("422 manifest_invalid: a name that becomes a reserved id", async () => {
    const { as, given } = await registry();
    const body = { ...minimal, content: minimal.content.replace('"name":"Echo"', '"name":"Import"') };
    const answer = await as(await given.publisher()).importAgent({ body });
    expect(answer).toBeProblem(422, "manifest_invalid");
    expect(answer).toMatchObject({ problem: { errors: [{ path: "$.agentId", code: "reserved" }] } });
  });

  it("422 document_invalid: every problem at once, each with path, line and column", async () => {
    const { as, given, database } = await registry();
    const content =
      '{\n  "name": "x",\n  "description": 1,\n  "version": "1.x",\n  "packages": [{"registryType": "mcpb"}]\n}';
    const answer = await as(await given.publisher()).importAgent({ body: { format: "mcp", content } });
    expect(answer).toBeProblem(422, "document_invalid");
    if (answer.ok) return;
    expect(answer.problem.errors?.map(({ path }) => path).sort()).toEqual([
      "$.description",
      "$.name",
      "$.name",
      "$.packages[0].identifier",
      "$.packages[0].transport",
      "$.version",
    ]);
    expect(answer.problem.errors?.find(({ path }) => path === "$.description")?.message).toContain("line 3, column 18");
    expect(await database.query("SELECT FROM registry.agent_registry")).toHaveLength(0);
  });

  it.each([
    ["not JSON", "{", "not_json"],
    ["60,000 levels", "[".repeat(60_000), "not_json"],
    ["a prototype key", '{"__proto__": {"isAdmin": true}}', "forbidden_key"],
    ["half a surrogate pair", '{"name": "\\ud800"}', "not_text"],
    ["null", "null", "invalid_type"],
    ["a list", "[]", "invalid_type"],
    ["another format", fixture("mcp-oci.json").content, "invalid_type"],
  ])("422 document_invalid: %s", async (_name, content, code) => {
    const { as, given, logged } = await registry();
    const answer = await as(await given.publisher()).importAgent({ body: { format: "a2a", content } });
    expect(answer).toBeProblem(422, "document_invalid");
    if (!answer.ok) expect(answer.problem.errors?.map((error) => error.code)).toContain(code);
    expect(logged()).not.toContain('"level":"error"');
  });

  it("400: wrong types in the request itself, and more than a file may have", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    for (const body of [{ format: "yaml", content: "x" }, { format: "a2a" }, { format: "a2a", content: { a: 1 } }]) {
      expect(await alice.importAgent({ body: body as never })).toBeProblem(400, "request_invalid");
    }
    const huge = { format: "a2a", content: "x".repeat(256 * 1024 + 1) } as const;
    expect(await alice.importAgent({ body: huge })).toBeProblem(400, "request_invalid");
  });
});
