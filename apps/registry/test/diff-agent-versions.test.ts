import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type Person, registry, type TestRegistry } from "./registry.ts";

const pair = { agentId: "greeter", from: "1.0.0", to: "2.0.0" };

const withTwoVersions = async (world: TestRegistry, visibility: "private" | "public" = "private") => {
  const person = await world.given.publisher("acme");
  const alice = world.as(person);
  await unwrap(alice.publishAgent({ body: world.given.manifest(), visibility }));
  const second = world.given.manifest({
    version: "2.0.0",
    capabilities: [{ id: "wave", label: "Wave" }],
    files: [
      { path: "prompts/system.md", content: "Wave at the person.\n" },
      { path: "assets/hand.png", content: "iVBORw0KGgoA", encoding: "base64" },
    ],
  });
  await unwrap(alice.publishAgent({ body: second }));
  return { alice, person };
};

const asText = async ({ fetch }: TestRegistry, { token }: Person, query = "from=1.0.0&to=2.0.0") =>
  await fetch(`http://registry.test/api/agents/greeter/diff?${query}`, {
    headers: { authorization: `Bearer ${token}`, accept: "text/plain" },
  });

describe("diffAgentVersions", () => {
  it("200: every difference with severity and reason, and the bump that they demand", async () => {
    const { alice } = await withTwoVersions(await registry());
    const { differences, ...rest } = await unwrap(alice.diffAgentVersions(pair));
    expect(rest).toEqual({ ...pair, bump: "major" });
    expect(differences).toEqual(
      expect.arrayContaining([
        {
          path: "$.capabilities[?@.id=='greet']",
          before: { id: "greet", label: "Greet somebody" },
          severity: "major",
          reason: "Capability `greet` is removed: callers that rely on it break",
        },
        expect.objectContaining({ path: "$.capabilities[?@.id=='wave']", severity: "minor" }),
        expect.objectContaining({ path: "$.files[?@.path=='prompts/system.md'].digest", severity: "patch" }),
      ]),
    );
  });

  it("200: none from a version to itself, and the other way round backwards", async () => {
    const { alice } = await withTwoVersions(await registry());
    const same = await unwrap(alice.diffAgentVersions({ ...pair, to: "1.0.0" }));
    expect(same).toMatchObject({ bump: "none", differences: [] });
    const back = await unwrap(alice.diffAgentVersions({ ...pair, from: "2.0.0", to: "1.0.0" }));
    expect(back.differences).toContainEqual(
      expect.objectContaining({ reason: "Capability `wave` is removed: callers that rely on it break" }),
    );
  });

  it("200 text/plain: a unified diff of the documents and of the text files", async () => {
    const world = await registry();
    const { person } = await withTwoVersions(world);
    const response = await asText(world, person);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await response.text();
    expect(text).toContain("--- 1.0.0/agent.json\n+++ 2.0.0/agent.json\n@@ ");
    expect(text).toContain('-      "id": "greet",\n');
    expect(text).toContain("Binary file assets/hand.png differs\n");
    expect(text).toContain(
      "--- 1.0.0/prompts/system.md\n+++ 2.0.0/prompts/system.md\n@@ -1,1 +1,1 @@\n-Greet the person by name.\n+Wave at the person.\n",
    );
    expect(await (await asText(world, person, "from=1.0.0&to=1.0.0")).text()).toBe("");
  });

  it("200 text/plain: of very many files the first, and how many more there are", async () => {
    const world = await registry();
    const person = await world.given.publisher("acme");
    const files = (content: string) => [
      { path: "prompts/system.md", content: "Greet." },
      ...Array.from({ length: 60 }, (_, index) => ({ path: `assets/${index}.txt`, content })),
    ];
    for (const [version, content] of [
      ["1.0.0", "a"],
      ["2.0.0", "b"],
    ] as const) {
      await unwrap(world.as(person).publishAgent({ body: world.given.manifest({ version, files: files(content) }) }));
    }
    const text = await (await asText(world, person)).text();
    expect(text.match(/^--- 1\.0\.0\/assets/gm)).toHaveLength(50);
    expect(text).toMatch(/\n10 more files differ\n$/);
  });

  it("200: kept, and not sent again to whoever has it", async () => {
    const world = await registry();
    const { alice, person } = await withTwoVersions(world);
    const first = await alice.diffAgentVersions(pair);
    const again = await world.fetch("http://registry.test/api/agents/greeter/diff?from=1.0.0&to=2.0.0", {
      headers: { authorization: `Bearer ${person.token}`, "if-none-match": first.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
    const text = await asText(world, person);
    expect(text.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  it("200 for everybody, if the agent is public", async () => {
    const world = await registry();
    await withTwoVersions(world, "public");
    expect(await world.anonymous.diffAgentVersions({ ...pair, tenant: "acme" })).toMatchObject({ status: 200 });
  });

  it("404 agent_not_found, version_not_found; 400 without a version to compare with", async () => {
    const world = await registry();
    const { alice, person } = await withTwoVersions(world);
    expect(await alice.diffAgentVersions({ ...pair, agentId: "nobody" })).toBeProblem(404, "agent_not_found");
    expect(await alice.diffAgentVersions({ ...pair, from: "0.1.0" })).toBeProblem(404, "version_not_found");
    expect(await alice.diffAgentVersions({ ...pair, to: "3.0.0" })).toBeProblem(404, "version_not_found");
    const bob = world.as(await world.given.admin("globex"));
    expect(await bob.diffAgentVersions({ ...pair, tenant: "acme" })).toBeProblem(404, "agent_not_found");
    expect((await asText(world, person, "from=1.0.0")).status).toBe(400);
  });
});
