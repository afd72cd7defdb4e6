import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

const serverName = "org.example/pdf-tools";
const meta = "io.modelcontextprotocol.registry/official";

describe("getMcpServerVersion", () => {
  it("gives one version, or the latest, also by tenant and agent", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    const { content } = fixture("mcp-oci.json");
    for (const version of ["0.4.0", "0.5.0"]) {
      const text = content.replace('"version":"0.4.0"', `"version":"${version}"`);
      await unwrap(alice.importAgent({ body: { format: "mcp", content: text }, visibility: "public" }));
    }
    const get = (name: string, version: string) => unwrap(anonymous.getMcpServerVersion({ serverName: name, version }));
    const old = await get(serverName, "0.4.0");
    expect(old.server).toEqual(JSON.parse(content));
    expect(old._meta[meta].isLatest).toBe(false);
    const latest = await get(serverName, "latest");
    expect(latest).toMatchObject({ server: { version: "0.5.0" }, _meta: { [meta]: { isLatest: true } } });
    expect(await get("acme/org.example-pdf-tools", "latest")).toEqual(latest);
  });

  it("404 version_not_found: a version that the server does not have", async () => {
    const { as, given, anonymous } = await registry();
    await unwrap(as(await given.publisher()).importAgent({ body: fixture("mcp-oci.json"), visibility: "public" }));
    const answer = await anonymous.getMcpServerVersion({ serverName, version: "9.9.9" });
    expect(answer).toBeProblem(404, "version_not_found");
  });

  it("404 server_not_found: no such server", async () => {
    const { anonymous } = await registry();
    const answer = await anonymous.getMcpServerVersion({ serverName, version: "latest" });
    expect(answer).toBeProblem(404, "server_not_found");
  });
});
