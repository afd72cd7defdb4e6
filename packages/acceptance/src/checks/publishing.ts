import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent } from "../bodies.ts";
import { refused } from "../refused.ts";
import { type Area, check, first } from "../suite.ts";
import { as, ask, sha256 } from "../wire.ts";

const versionPath = "/api/agents/greeter/versions/1.0.0";
const files = (content: string) => [{ path: "prompts/system.md", content }];

const bytes: Area["checks"] = [
  first(
    "a published version is its bytes: the digest is the SHA-256 of the download, and of each file",
    async (world) => {
      const alice = await world.person("publisher");
      const published = await alice.registry.publishAgent({ body: agent() });
      expect(published).toMatchObject({ status: 201, body: { outcome: "created", version: { version: "1.0.0" } } });
      expect(published.headers.get("nofx-change")).toMatch(/^[0-9a-f-]{36}$/);
      const { version } = await unwrap(published);
      const plain = { headers: { ...as(alice), "accept-encoding": "identity" } };
      const document = await ask(world.target, versionPath, plain);
      const text = await document.text();
      expect(sha256(text)).toBe(version.digest);
      expect(document.headers.get("etag")).toBe(`"${version.digest}"`);
      const { files: listed = [] } = JSON.parse(text) as { files?: { path: string; size: number; digest: string }[] };
      const file = await ask(world.target, `${versionPath}/files/prompts/system.md`, plain);
      const content = new Uint8Array(await file.arrayBuffer());
      expect(new TextDecoder().decode(content)).toBe(agent().files?.[0]?.content);
      expect(listed).toMatchObject([{ path: "prompts/system.md", size: content.length, digest: sha256(content) }]);
    },
  ),

  check("304: what is known already is not sent again", async (world) => {
    const alice = await world.person("publisher");
    await unwrap(alice.registry.publishAgent({ body: agent() }));
    for (const path of [
      versionPath,
      `${versionPath}/files/prompts/system.md`,
      "/api/agents/greeter",
      "/api/agents?limit=3",
    ]) {
      const etag = (await ask(world.target, path, { headers: as(alice) })).headers.get("etag") ?? "";
      expect(etag, path).toMatch(/^"/);
      const again = await ask(world.target, path, { headers: { ...as(alice), "if-none-match": etag } });
      expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
      const other = await ask(world.target, path, { headers: { ...as(alice), "if-none-match": '"other"' } });
      expect([path, other.status]).toEqual([path, 200]);
    }
  }),

  first(
    "the same content again is identical; other content of the same version is refused, and says what differs",
    async (world) => {
      const { registry } = await world.person("publisher");
      const published = await unwrap(registry.publishAgent({ body: agent() }));
      const again = await registry.publishAgent({ body: agent() });
      expect(again).toMatchObject({
        status: 200,
        body: { outcome: "identical", version: { digest: published.version.digest } },
      });
      const changed = await registry.publishAgent({ body: agent({ files: files("Insult the person.\n") }) });
      expect(refused(changed, 409, "version_conflict").difference).not.toEqual([]);
      const { versions } = await unwrap(registry.listAgentVersions({ agentId: "greeter" }));
      expect(versions.map(({ digest }) => digest)).toEqual([published.version.digest]);
    },
  ),

  check("of two who publish one version at once with other content, one succeeds", async (world) => {
    const alice = await world.person("publisher");
    const racing = Array.from({ length: 8 }, (_, index) =>
      alice.registry.publishAgent({ body: agent({ description: `Number ${index}` }) }),
    );
    const statuses = (await Promise.all(racing)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(7).fill(409)]);
  }),
];

const keys: Area["checks"] = [
  first(
    "an idempotency key makes a retry safe: the first answer comes again, another body is refused",
    async (world) => {
      const { registry } = await world.person("publisher");
      const idempotencyKey = "greeter-1.0.0";
      const one = await registry.publishAgent({ body: agent() }, { idempotencyKey });
      const two = await registry.publishAgent({ body: agent() }, { idempotencyKey });
      expect([one.status, two.status]).toEqual([201, 201]);
      expect(await unwrap(two)).toEqual(await unwrap(one));
      expect([one, two].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
      expect(two.headers.get("nofx-change")).toBe(one.headers.get("nofx-change"));
      const other = await registry.publishAgent({ body: agent({ version: "1.1.0" }) }, { idempotencyKey });
      refused(other, 422, "idempotency_key_reused");
      const stranger = await world.person("publisher");
      const theirs = await stranger.registry.publishAgent({ body: agent({ name: "Theirs" }) }, { idempotencyKey });
      expect(theirs.status).toBe(201);
    },
  ),
];

const judging: Area["checks"] = [
  check(
    "422 version_bump_too_small: a version number that says less than what has changed, with what would do",
    async (world) => {
      const { registry } = await world.person("publisher");
      await unwrap(registry.publishAgent({ body: agent() }));
      const body = agent({ version: "1.0.1", capabilities: [] });
      const problem = refused(await registry.publishAgent({ body }), 422, "version_bump_too_small");
      expect(problem).toMatchObject({ previous: "1.0.0", declared: "patch", required: "major", least: "2.0.0" });
      expect((await registry.publishAgent({ body: { ...body, version: "2.0.0" } })).status).toBe(201);
    },
  ),

  first(
    "422 manifest_invalid: everything that is wrong at once, each with its place; nothing is kept",
    async (world) => {
      const { registry } = await world.person("publisher");
      const body = agent({
        agentId: "publish",
        version: "v1",
        tags: ["a", "a"],
        files: [{ path: "../etc/passwd", content: "x" }],
      });
      const { errors = [] } = refused(await registry.publishAgent({ body }), 422, "manifest_invalid");
      const places = ["$.agentId", "$.version", "$.tags[1]", "$.files[0].path", "$.manifest.entryPrompt"];
      expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(places));
      expect((await unwrap(registry.validateAgent({ body }))).valid).toBe(false);
      expect((await unwrap(registry.listAgents({ visibility: "private" }))).agents).toEqual([]);
    },
  ),

  check("a dry run judges as publishing would, and keeps nothing", async (world) => {
    const { registry } = await world.person("publisher");
    const judged = await registry.publishAgent({ body: agent(), dryRun: "true" });
    expect(judged).toMatchObject({ status: 200, body: { outcome: "created", dryRun: true } });
    refused(await registry.getAgent({ agentId: "greeter" }), 404, "agent_not_found");
  }),

  check(
    "a comparison of two versions says what changed and what that demands, also as a unified diff",
    async (world) => {
      const alice = await world.person("publisher");
      await unwrap(alice.registry.publishAgent({ body: agent() }));
      const later = agent({ version: "2.0.0", capabilities: [], files: files("Wave.\n") });
      await unwrap(alice.registry.publishAgent({ body: later }));
      const asked = { agentId: "greeter", from: "1.0.0", to: "2.0.0" };
      const { bump, differences } = await unwrap(alice.registry.diffAgentVersions(asked));
      expect(bump).toBe("major");
      expect(differences.map(({ path }) => path)).toContain("$.capabilities[?@.id=='greet']");
      const headers = { ...as(alice), accept: "text/plain" };
      const text = await (await ask(world.target, "/api/agents/greeter/diff?from=1.0.0&to=2.0.0", { headers })).text();
      expect(text).toContain("+Wave.");
    },
  ),
];

/** What publishing an agent promises. */
export const publishing: Area = { name: "publishing agents", checks: [...bytes, ...keys, ...judging] };
