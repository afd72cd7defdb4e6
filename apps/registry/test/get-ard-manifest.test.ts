import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

describe("getArdManifest", () => {
  it("lists public agents that are not disabled, each with the address of a card that is there", async () => {
    const { as, given, anonymous, database, fetch } = await registry({ PUBLIC_URL: "https://agents.example.com" });
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.importAgent({ body: fixture("a2a-1.0-travel.json"), visibility: "public" }));
    for (const agentId of ["shown", "gone"])
      await unwrap(alice.publishAgent({ body: given.manifest({ agentId }), visibility: "public" }));
    await unwrap(alice.publishAgent({ body: given.manifest({ agentId: "secret" }) }));
    await database.query("UPDATE registry.agent_registry SET status = 'disabled' WHERE agent_id = 'gone'");

    const { entries, specVersion, host } = await unwrap(anonymous.getArdManifest());
    expect({ specVersion, host }).toMatchObject({ specVersion: "1.0", host: { identifier: "agents.example.com" } });
    expect(entries.map(({ identifier }) => identifier)).toEqual([
      "urn:air:agents.example.com:acme:shown",
      "urn:air:agents.example.com:acme:reiseplaner-z-rich",
    ]);
    expect(entries[1]).toMatchObject({
      displayName: "Reiseplaner – Zürich",
      type: "application/a2a-agent-card+json",
      version: "2.4.1",
      capabilities: ["plan-trip", "book_ticket"],
      representativeQueries: ["Bring me from Zürich HB to Lugano before noon", "Was kostet die Fahrt nach Genève?"],
    });
    for (const { url, displayName } of entries) {
      const card = await fetch(url.replace("https://agents.example.com", "http://registry.test"));
      expect(await card.json()).toMatchObject({ name: displayName });
    }
  });

  it("answers at its well-known address, may be kept for a minute, and has an ETag", async () => {
    const { fetch } = await registry();
    const response = await fetch("http://registry.test/.well-known/ard.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(response.headers.get("etag")).toMatch(/^"/);
  });
});
