import { gzipSync } from "node:zlib";
import { Problem } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { preparedRegistry } from "./prepared-registry.ts";
import { registry, type TestRegistry } from "./registry.ts";

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const post = async (world: TestRegistry, token: string, body: string | Buffer, contentType = "application/json") => {
  const response = await world.fetch("http://registry.test/api/agents/publish", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": contentType },
    body: new Uint8Array(Buffer.from(body)),
  });
  return {
    status: response.status,
    problem: Problem.parse(await response.json()),
    type: response.headers.get("content-type"),
  };
};

const prepared = preparedRegistry(({ given }) => given.publisher());
const withPublisher = async () => {
  const { world, prepared: publisher } = await prepared();
  return { world, token: publisher.token };
};

const writtenRows = async ({ database }: TestRegistry) =>
  database.query(
    "SELECT agent_id FROM registry.agent_versions UNION ALL SELECT type FROM registry.outbox WHERE resource_type = 'agent'",
  );

/** A body, and the answer it must get. */
const bodies: [name: string, body: string | Buffer, status: number, code: string, contentType?: string][] = [
  ["malformed JSON", '{"agentId": ', 400, "body_malformed"],
  ["an empty body", "", 400, "body_malformed"],
  ["a single quote", "'", 400, "body_malformed"],
  ["70 levels of arrays", nested(70), 400, "body_malformed"],
  ["70 levels inside a member", `{"manifest": ${nested(70)}}`, 400, "body_malformed"],
  ["10,000 levels", nested(10_000), 400, "body_malformed"],
  ["a prototype key", '{"__proto__": {"isAdmin": true}}', 400, "body_malformed"],
  ["NUL in a string", '{"agentId": "a\\u0000b"}', 400, "body_malformed"],
  ["half a surrogate pair", '{"name": "\\ud800"}', 400, "body_malformed"],
  ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, "body_malformed"],
  ["2 MB", JSON.stringify({ name: "x".repeat(2 * 1024 * 1024) }), 413, "payload_too_large"],
  ["an unknown content type", "agentId: x", 415, "media_type_unsupported", "application/yaml"],
  ["text/plain", "{}", 415, "media_type_unsupported", "text/plain"],
  ["gzip called JSON", gzipSync("{}"), 400, "body_malformed"],
  ["null", "null", 422, "manifest_invalid"],
  ["an empty object", "{}", 422, "manifest_invalid"],
  ["a list", "[]", 422, "manifest_invalid"],
];

describe("bad input", () => {
  it.each(bodies)(
    "%s: the documented problem, nothing written, no fault logged",
    async (_name, body, status, code, contentType) => {
      const { world, token } = await withPublisher();
      const answer = await post(world, token, body, contentType);
      expect(answer).toMatchObject({
        status,
        problem: { status, code },
        type: expect.stringMatching(/^application\/problem\+json/),
      });
      expect(await writtenRows(world)).toEqual([]);
      expect(world.logged()).not.toMatch(/"status":5\d\d|"level":"error"/);
    },
  );

  it("wrong types everywhere: 422 with every one of them at once", async () => {
    const { world, token } = await withPublisher();
    const wrong = {
      agentId: 1,
      name: [],
      version: { major: 1 },
      description: false,
      capabilities: "many",
      tags: { a: 1 },
      metadata: [],
      sourceCommit: 12,
      manifest: "none",
      files: [{ path: 1, content: null, encoding: "rot13" }],
    };
    const { problem, status } = await post(world, token, JSON.stringify(wrong));
    expect(status).toBe(422);
    const paths = problem.errors?.map(({ path }) => path);
    for (const name of Object.keys(wrong).filter((key) => key !== "files")) expect(paths).toContain(`$.${name}`);
    for (const name of ["path", "content", "encoding"]) expect(paths).toContain(`$.files[0].${name}`);
  });

  it.each([
    "1",
    "1.2",
    "v1.0.0",
    "01.0.0",
    "1.0.0-",
    "1.0.0-01",
    "1.0.0+",
    "9999999999999999.0.0",
    "1.0.0 ",
    "latest",
    `1.0.0-${"a".repeat(200)}`,
  ])("version %s: 422 at $.version", async (version) => {
    const { world, token } = await withPublisher();
    const { status, problem } = await post(world, token, JSON.stringify(world.given.manifest({ version })));
    expect({ status, paths: problem.errors?.map(({ path }) => path) }).toEqual({ status: 422, paths: ["$.version"] });
  });

  it.each(["../x", "a/../../x", "/etc/passwd", "a//b", "./a", "a/.", "a\\b", "C:\\x", "", "..", "a/..", "a\nb"])(
    "file path %j: 422 at $.files[1].path",
    async (path) => {
      const { world, token } = await withPublisher();
      const files = [
        { path: "prompts/system.md", content: "x" },
        { path, content: "x" },
      ];
      const { status, problem } = await post(world, token, JSON.stringify(world.given.manifest({ files })));
      expect({ status, paths: problem.errors?.map((item) => item.path) }).toEqual({
        status: 422,
        paths: ["$.files[1].path"],
      });
      expect(await writtenRows(world)).toEqual([]);
    },
  );

  it("wrong query parameters: 400 with every one of them at once", async () => {
    const { fetch } = await registry();
    const response = await fetch(
      "http://registry.test/api/agents?limit=0&status=gone&tag=%20&capability=A&visibility=x&tenant=-&limit=5",
    );
    const problem = Problem.parse(await response.json());
    expect(problem).toMatchObject({ status: 400, code: "request_invalid" });
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual([
      "$.query.capability",
      "$.query.limit",
      "$.query.status",
      "$.query.tag",
      "$.query.tenant",
      "$.query.visibility",
    ]);
  });

  it.each([
    "/api/agents/%00",
    "/api/agents/a%00b/versions",
    "/api/agents?owner=a%00b",
    "/api/agents/%zz",
    `/api/agents/${"x".repeat(400)}`,
  ])("address %s: a 4xx problem", async (address) => {
    const { fetch, logged } = await registry();
    const response = await fetch(`http://registry.test${address}`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(Problem.safeParse(await response.json()).success).toBe(true);
    expect(logged()).not.toContain('"level":"error"');
  });
});
