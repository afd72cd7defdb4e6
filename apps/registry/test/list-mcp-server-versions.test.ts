import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { registry } from "./registry.ts";

const serverName = "org.example/pdf-tools";

describe("listMcpServerVersions", () => {
  it("lists the versions of one server, the highest first, by its name with the slash encoded", async () => {
    const { as, given, fetch } = await registry();
    const alice = as(await given.publisher("acme"));
    const { content } = fixture("mcp-oci.json");
    for (const version of ["0.4.0", "0.10.0", "0.9.0"]) {
      const text = content.replace('"version":"0.4.0"', `"version":"${version}"`);
      await unwrap(alice.importAgent({ body: { format: "mcp", content: text }, visibility: "public" }));
    }
    const response = await fetch("http://registry.test/v0.1/servers/org.example%2Fpdf-tools/versions");
    const { servers, metadata } = (await response.json()) as {
      servers: { server: { version: string } }[];
      metadata: object;
    };
    expect(servers.map(({ server }) => server.version)).toEqual(["0.10.0", "0.9.0", "0.4.0"]);
    expect(metadata).toEqual({ count: 3 });
  });

  it("404 server_not_found: no such name, a private agent, one that is no MCP server", async () => {
    const { as, given, anonymous } = await registry();
    const alice = as(await given.publisher("acme"));
    await unwrap(alice.importAgent({ body: fixture("mcp-oci.json") }));
    await unwrap(alice.publishAgent({ body: given.manifest(), visibility: "public" }));
    for (const name of ["com.example/none", serverName, "acme/org.example-pdf-tools", "acme/greeter"]) {
      expect(await anonymous.listMcpServerVersions({ serverName: name })).toBeProblem(404, "server_not_found");
    }
  });

  it("400: a name without a slash, or with two", async () => {
    const { anonymous } = await registry();
    for (const name of ["notes", "a/b/c", "a b/c"]) {
      expect(await anonymous.listMcpServerVersions({ serverName: name })).toBeProblem(400, "request_invalid");
    }
  });
});
