import type { AgentVersionDocument } from "@nofx/contract-registry";
import { demanding } from "@nofx/versioning";
import { describe, expect, it } from "vitest";
import { classify } from "./index.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const base: AgentVersionDocument = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  description: "Reviews.",
  capabilities: [{ id: "review", label: "Review", since: 1 }],
  tags: ["quality"],
  metadata: { owner: "team-a" },
  licence: "MIT",
  files: [{ path: "prompts/system.md", size: 1, digest: digest("0") }],
  manifest: {
    entryPrompt: "prompts/system.md",
    model: "claude-sonnet-4",
    capabilities: ["review"],
    tools: ["grep", { name: "read", description: "Reads" }],
    mcpServers: { docs: { command: "docs-mcp", args: ["--stdio"] } },
    permissions: ["repo:read"],
    resources: { timeoutSeconds: 60 },
    dependencies: { agents: { "test-writer": "^1.0.0" }, packages: ["lodash@^4.17.0"] },
    endpoints: [{ url: "https://a.example/rpc", protocol: "a2a", description: "RPC" }],
    security: { oauth: { scopes: ["read"] } },
  },
};
type Part = Record<string, unknown>;
const top = (change: Part): AgentVersionDocument => ({ ...base, ...change }) as AgentVersionDocument;
const inner = (change: Part): AgentVersionDocument => top({ manifest: { ...base.manifest, ...change } });
/** undefined: gone, as in JSON. */
const asJson = (document: AgentVersionDocument): AgentVersionDocument => JSON.parse(JSON.stringify(document));
const judged = (after: AgentVersionDocument, before = base) => classify(asJson(before), asJson(after));

/** What changed, the bump that it demands, and what the reason says. */
const cases: [what: string, after: AgentVersionDocument, bump: string, says: string][] = [
  ["another name", top({ name: "Reviewer" }), "patch", "The name is another one"],
  ["another description", top({ description: "Reviews code." }), "patch", "The description is another one"],
  ["no description any more", top({ description: undefined }), "patch", "The description is another one"],
  ["a tag more", top({ tags: ["quality", "ci"] }), "patch", "Tag `ci` is new"],
  ["no tags any more", top({ tags: undefined }), "patch", "Tag `quality` is removed"],
  ["other metadata", top({ metadata: { owner: "team-b" } }), "patch", "Metadata `owner` is another"],
  ["metadata of another form", top({ metadata: { owner: { team: "a" } } }), "patch", "Metadata `owner` is another"],
  [
    "a prompt with other words",
    top({ files: [{ path: "prompts/system.md", size: 1, digest: digest("1") }] }),
    "patch",
    "File `prompts/system.md` has other content",
  ],
  [
    "a file more",
    top({ files: [...(base.files ?? []), { path: "a.json", size: 1, digest: digest("1") }] }),
    "patch",
    "File `a.json` is new",
  ],
  [
    "a capability more",
    top({ capabilities: [...(base.capabilities ?? []), { id: "lint", label: "Lint" }] }),
    "minor",
    "Capability `lint` is new",
  ],
  [
    "a capability less",
    top({ capabilities: [] }),
    "major",
    "Capability `review` is removed: callers that rely on it break",
  ],
  [
    "no list of capabilities any more",
    top({ capabilities: undefined }),
    "major",
    "Capability `review` is removed: callers that rely on it break",
  ],
  [
    "a capability's other label",
    top({ capabilities: [{ id: "review", label: "R", since: 1 }] }),
    "patch",
    "Capability `review` has another label",
  ],
  [
    "a capability's other details",
    top({ capabilities: [{ id: "review", label: "Review", since: 2 }] }),
    "minor",
    "Capability `review` has other details",
  ],
  [
    "an unknown key less",
    top({ licence: undefined }),
    "minor",
    "`licence`, which is no defined part, is removed: nobody knows who reads it",
  ],
  [
    "an unknown key more",
    inner({ flavour: { deep: [] } }),
    "minor",
    "`manifest.flavour`, which is no defined part, is new",
  ],
  ["another entry prompt", inner({ entryPrompt: "prompts/other.md" }), "patch", "The agent starts with another prompt"],
  [
    "code in place of a prompt",
    inner({ entryPrompt: undefined, entry: "src/a.ts" }),
    "major",
    "The entry prompt is removed: whoever starts the agent with it cannot any more",
  ],
  [
    "another version of the model",
    inner({ model: "claude-sonnet-4-5" }),
    "minor",
    "The model is another version of the same family (claude-sonnet)",
  ],
  [
    "another family of models",
    inner({ model: "gpt-5" }),
    "major",
    "The model's family changes from claude-sonnet to gpt: what callers have tested no longer holds",
  ],
  [
    "no model any more",
    inner({ model: undefined }),
    "major",
    "The model is no longer named: what callers have tested no longer holds",
  ],
  [
    "a capability no longer defined",
    inner({ capabilities: [] }),
    "major",
    "Capability `review` is no longer defined: callers that rely on it break",
  ],
  [
    "a tool more",
    inner({ tools: [...(base.manifest.tools ?? []), "write"] }),
    "minor",
    "Tool `write` is new: environments must provide it",
  ],
  ["a tool less", inner({ tools: ["grep"] }), "patch", "Tool `read` is no longer used"],
  [
    "a tool's other description",
    inner({ tools: ["grep", { name: "read", description: "R" }] }),
    "patch",
    "Tool `read` is described otherwise",
  ],
  [
    "an MCP server more",
    inner({ mcpServers: { ...base.manifest.mcpServers, web: { url: "https://a.example" } } }),
    "minor",
    "MCP server `web` is new: environments must reach it",
  ],
  ["an MCP server less", inner({ mcpServers: {} }), "patch", "MCP server `docs` is no longer used"],
  [
    "an MCP server's other command",
    inner({ mcpServers: { docs: { command: "other", args: ["--stdio"] } } }),
    "minor",
    "MCP server `docs` starts another command",
  ],
  [
    "an MCP server's other arguments",
    inner({ mcpServers: { docs: { command: "docs-mcp", args: ["-v"] } } }),
    "patch",
    "MCP server `docs` is configured otherwise",
  ],
  [
    "a permission more",
    inner({ permissions: ["repo:read", "repo:write"] }),
    "major",
    "Permission `repo:write` is asked for: environments that granted the old ones refuse the agent",
  ],
  ["a permission less", inner({ permissions: [] }), "minor", "Permission `repo:read` is no longer needed"],
  [
    "permissions for the first time, but none",
    inner({ permissions: undefined }),
    "minor",
    "Permission `repo:read` is no longer needed",
  ],
  [
    "a longer timeout",
    inner({ resources: { timeoutSeconds: 90 } }),
    "minor",
    "Resource `timeoutSeconds` goes from 60 to 90: environments must provide it",
  ],
  [
    "a shorter timeout",
    inner({ resources: { timeoutSeconds: 30 } }),
    "patch",
    "Resource `timeoutSeconds` goes down from 60 to 30",
  ],
  [
    "a resource more",
    inner({ resources: { timeoutSeconds: 60, memoryMb: 64 } }),
    "minor",
    "Resource `memoryMb` is declared: environments must provide it",
  ],
  [
    "a dependency more",
    inner({ dependencies: { ...base.manifest.dependencies, agents: { "test-writer": "^1.0.0", b: "*" } } }),
    "minor",
    "Dependency on agent `b` is new",
  ],
  [
    "a dependency less",
    inner({ dependencies: { ...base.manifest.dependencies, agents: {} } }),
    "patch",
    "Dependency on agent `test-writer` is gone",
  ],
  [
    "a dependency's next major version",
    inner({ dependencies: { ...base.manifest.dependencies, agents: { "test-writer": "^2.0.0" } } }),
    "major",
    "Dependency `test-writer` goes from ^1.0.0 to ^2.0.0: installations with the old major version break",
  ],
  [
    "a dependency's next minor version",
    inner({ dependencies: { ...base.manifest.dependencies, agents: { "test-writer": "^1.2.0" } } }),
    "minor",
    "Dependency `test-writer` goes from ^1.0.0 to ^1.2.0",
  ],
  [
    "a package's next major version",
    inner({ dependencies: { ...base.manifest.dependencies, packages: ["lodash@^5.0.0"] } }),
    "major",
    "Dependency `lodash` goes from ^4.17.0 to ^5.0.0: installations with the old major version break",
  ],
  [
    "a package less",
    inner({ dependencies: { agents: { "test-writer": "^1.0.0" } } }),
    "patch",
    "Dependency on package `lodash` is gone",
  ],
  [
    "an endpoint more",
    inner({ endpoints: [...(base.manifest.endpoints ?? []), { url: "https://b.example" }] }),
    "minor",
    "Endpoint `https://b.example` is new",
  ],
  [
    "an endpoint elsewhere",
    inner({ endpoints: [{ url: "https://b.example/rpc", protocol: "a2a", description: "RPC" }] }),
    "major",
    "Endpoint `https://a.example/rpc` is removed: callers that use it break",
  ],
  [
    "an endpoint's other protocol",
    inner({ endpoints: [{ url: "https://a.example/rpc", protocol: "mcp", description: "RPC" }] }),
    "major",
    "Endpoint `https://a.example/rpc` is to be called otherwise: callers that use it break",
  ],
  [
    "an endpoint's other description",
    inner({ endpoints: [{ url: "https://a.example/rpc", protocol: "a2a", description: "Calls" }] }),
    "patch",
    "Endpoint `https://a.example/rpc` is described otherwise",
  ],
  [
    "a security scheme more",
    inner({ security: { oauth: { scopes: ["read"] }, mtls: {} } }),
    "major",
    "Security `mtls` is new: callers that do not provide it are refused",
  ],
  [
    "a scope more",
    inner({ security: { oauth: { scopes: ["read", "write"] } } }),
    "major",
    "Security `oauth.scopes.1` is new: callers that do not provide it are refused",
  ],
  ["no security any more", inner({ security: undefined }), "minor", "Security is no longer required"],
  [
    "inputs for the first time, optional",
    inner({ inputs: { properties: { a: {} } } }),
    "minor",
    "Inputs are declared for the first time, all of them optional",
  ],
  [
    "inputs for the first time, required",
    inner({ inputs: { required: ["a"] } }),
    "major",
    "Inputs are declared for the first time, and required: callers that leave out `a` are refused",
  ],
  [
    "outputs for the first time",
    inner({ outputs: { type: "object" } }),
    "minor",
    "Outputs are declared for the first time",
  ],
  [
    "another order of tools",
    inner({ tools: base.manifest.tools?.toReversed() }),
    "patch",
    "The order of a list is another one",
  ],
  ["another agent", top({ agentId: "other" }), "major", "It is another agent: nobody finds it under its old id"],
];

describe("a change", () => {
  it.each(cases)("to %s is judged as the rules say, and the reason names the thing", (_what, after, bump, says) => {
    const { bump: found, differences } = judged(after);
    expect(found).toBe(bump);
    expect(differences.find(({ severity }) => severity === bump)?.reason).toBe(says);
  });

  it("of the version number alone demands nothing, and shows", () => {
    expect(judged(top({ version: "1.0.1" }))).toMatchObject({ bump: "none", differences: [{ path: "$.version" }] });
  });

  it("of several parts demands what the gravest of them does, and the demanding ones can be told apart", () => {
    const { bump, differences } = judged(top({ name: "N", version: "2.0.0", capabilities: [] }));
    expect(bump).toBe("major");
    expect(demanding(differences, "major").map(({ path }) => path)).toEqual(["$.capabilities[?@.id=='review']"]);
    expect(demanding(differences, "patch").map(({ path }) => path)).not.toContain("$.version");
  });

  it("of a whole list names the gravest member and counts the others", () => {
    const many = top({ capabilities: ["a", "b", "c"].map((id) => ({ id, label: id })) });
    const { differences } = judged(top({ capabilities: undefined }), many);
    expect(differences[0]?.reason).toBe(
      "Capability `a` is removed: callers that rely on it break (and 2 more like it)",
    );
  });

  it("to an empty list where there was none is a matter of form", () => {
    expect(judged(inner({ security: {} }), inner({ security: undefined })).bump).toBe("patch");
  });

  it("of a resource that is nothing plain is told as JSON", () => {
    const gpu = { toString: null };
    const { differences } = judged(inner({ resources: { gpu: 1 } }), inner({ resources: { gpu } }));
    expect(differences[0]?.reason).toBe(
      'Resource `gpu` goes from {"toString":null} to 1: environments must provide it',
    );
  });

  it("quotes names in paths as RFC 9535 demands", () => {
    const { differences } = judged(inner({ permissions: ["repo:read", "it's \\ all"] }));
    expect(differences[0]?.path).toBe("$.manifest.permissions[?@=='it\\'s \\\\ all']");
  });
});
