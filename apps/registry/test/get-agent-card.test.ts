import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

const cardUrl = (agentId: string) => `http://registry.test/agents/acme/${agentId}/.well-known/agent-card.json`;

describe("getAgentCard", () => {
  it("is the imported card itself, byte for byte, for everybody, with ETag and Cache-Control", async () => {
    const { as, given, fetch } = await registry();
    const { format, content } = fixture("a2a-1.0-signed.json");
    const body = { format, content, agentId: "books" };
    await unwrap(as(await given.publisher("acme")).importAgent({ body, visibility: "public" }));
    const response = await fetch(cardUrl("books"));
    expect(await response.text()).toBe(content);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    const etag = response.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect((await fetch(cardUrl("books"), { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("is a card of A2A 1.0 for every other public agent, also for those that came from 0.3", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.publishAgent({ body: given.manifest(), visibility: "public" }));
    const old = { ...fixture("a2a-0.3-weather.json"), agentId: "weather" };
    await unwrap(alice.importAgent({ body: old, visibility: "public" }));
    const native = await unwrap(anonymous.getAgentCard({ tenant: "acme", agentId: "greeter" }));
    expect(native).toMatchObject({ name: "Greeter", supportedInterfaces: [], skills: [{ id: "greet" }] });
    const weather = await unwrap(anonymous.getAgentCard({ tenant: "acme", agentId: "weather" }));
    expect(weather).toMatchObject({ supportedInterfaces: [{ protocolVersion: "0.3.0" }, {}], version: "3.0.0" });
  });

  it("shows a new current version at once", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    const version = async () => (await unwrap(anonymous.getAgentCard({ tenant: "acme", agentId: "greeter" }))).version;
    await unwrap(alice.publishAgent({ body: given.manifest(), visibility: "public" }));
    expect(await version()).toBe("1.0.0");
    await unwrap(alice.publishAgent({ body: given.manifest({ version: "1.1.0" }) }));
    expect(await version()).toBe("1.1.0");
  });

  it("404 agent_not_found: private and disabled agents, even to their own tenant", async () => {
    const { as, given, anonymous, database } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.publishAgent({ body: given.manifest({ agentId: "secret" }) }));
    await unwrap(alice.publishAgent({ body: given.manifest({ agentId: "gone" }), visibility: "public" }));
    await database.query("UPDATE registry.agent_registry SET status = 'disabled' WHERE agent_id = 'gone'");
    for (const client of [alice, anonymous]) {
      for (const agentId of ["secret", "gone", "nobody"]) {
        expect(await client.getAgentCard({ tenant: "acme", agentId })).toBeProblem(404, "agent_not_found");
      }
    }
  });
});
