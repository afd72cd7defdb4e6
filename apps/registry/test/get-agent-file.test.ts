import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

const bytes = Buffer.from([0, 255, 1, 254, 10]);
const files = [
  { path: "prompts/system.md", content: "Größe 🙂\n" },
  { path: "assets/logo v2.png", content: bytes.toString("base64"), encoding: "base64" as const },
  { path: "assets/page.html", content: "<script>alert(1)</script>" },
];

describe("getAgentFile", () => {
  it("200: text and binary files come back byte for byte", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await unwrap(alice.publishAgent({ body: given.manifest({ files }) }));
    const text = await alice.getAgentFile({ agentId: "greeter", version: "1.0.0", path: "prompts/system.md" });
    expect(text.ok && Buffer.from(text.body).toString()).toBe("Größe 🙂\n");
    expect(text.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    const image = await alice.getAgentFile({ agentId: "greeter", version: "1.0.0", path: "assets/logo v2.png" });
    expect(image.ok && Buffer.from(image.body)).toEqual(bytes);
    expect(image.headers.get("content-type")).toBe("image/png");
  });

  it("a browser neither guesses a file's type nor runs it", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    await unwrap(alice.publishAgent({ body: given.manifest({ files }) }));
    const { headers } = await alice.getAgentFile({ agentId: "greeter", version: "1.0.0", path: "assets/page.html" });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  });

  it("404 agent_not_found, version_not_found, file_not_found; 400 for a path that leads out", async () => {
    const { as, given, fetch } = await registry();
    const person = await given.publisher();
    const alice = as(person);
    const file = { agentId: "greeter", version: "1.0.0", path: "prompts/system.md" };
    expect(await alice.getAgentFile(file)).toBeProblem(404, "agent_not_found");
    await alice.publishAgent({ body: given.manifest({ files }) });
    expect(await alice.getAgentFile({ ...file, version: "2.0.0" })).toBeProblem(404, "version_not_found");
    expect(await alice.getAgentFile({ ...file, path: "prompts/none.md" })).toBeProblem(404, "file_not_found");
    const url = "http://registry.test/api/agents/greeter/versions/1.0.0/files/a%2F..%2Fb";
    const response = await fetch(url, { headers: { authorization: `Bearer ${person.token}` } });
    expect(response.status).toBe(400);
  });
});
