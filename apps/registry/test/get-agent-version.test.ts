import { createHash } from "node:crypto";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getAgentVersion", () => {
  it("200: the bytes are what the digest was made of, and say that they never change", async () => {
    const { as, given, fetch } = await registry();
    const person = await given.publisher("acme");
    const { version } = await unwrap(as(person).publishAgent({ body: given.manifest(), visibility: "public" }));
    const url = "http://registry.test/api/agents/greeter/versions/1.0.0";
    const response = await fetch(url, { headers: { authorization: `Bearer ${person.token}` } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(version.digest);
    expect(response.headers.get("etag")).toBe(`"${version.digest}"`);
    expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const shared = await fetch(`${url}?tenant=acme`);
    expect(shared.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("the document holds the whole manifest, with files by digest", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest({ sourceCommit: "0123abc" }) });
    const document = await unwrap(alice.getAgentVersion({ agentId: "greeter", version: "1.0.0" }));
    const { files: _content, ...rest } = given.manifest();
    expect(document).toMatchObject(rest);
    expect(document.files).toEqual([
      { path: "prompts/system.md", size: 26, digest: expect.stringMatching(/^sha256:/) },
    ]);
    expect(document).not.toHaveProperty("sourceCommit");
  });

  it("404 agent_not_found, 404 version_not_found", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    expect(await alice.getAgentVersion({ agentId: "greeter", version: "1.0.0" })).toBeProblem(404, "agent_not_found");
    await alice.publishAgent({ body: given.manifest() });
    expect(await alice.getAgentVersion({ agentId: "greeter", version: "1.0.1" })).toBeProblem(404, "version_not_found");
  });
});
