import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getAiCatalog", () => {
  it("lists what the ARD manifest lists, as an AI Catalog with its own media type", async () => {
    const { as, given, anonymous, fetch } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.publishAgent({ body: given.manifest(), visibility: "public" }));
    const response = await fetch("http://registry.test/.well-known/ai-catalog.json");
    expect(response.headers.get("content-type")).toBe("application/ai-catalog+json");
    const catalogue = JSON.parse(Buffer.from(await unwrap(anonymous.getAiCatalog())).toString());
    expect(catalogue).toEqual(await unwrap(anonymous.getArdManifest()));
    expect(catalogue.entries).toMatchObject([
      { displayName: "Greeter", url: expect.stringContaining("/agents/acme/") },
    ]);
  });
});
