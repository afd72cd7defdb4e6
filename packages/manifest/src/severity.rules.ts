import { always, type Depends, isRecord, judgeRange, rule, type SeverityRule, wording } from "@nofx/versioning";
import { judgeModel } from "./model-family.ts";
import { packageParts } from "./package-parts.ts";

const firstInputs: Depends = {
  depends: "major if one is required, else minor",
  judge: ({ after }) => {
    const required = isRecord(after) && Array.isArray(after.required) ? after.required : [];
    if (required.length === 0) return ["minor", "Inputs are declared for the first time, all of them optional"];
    const names = required.map((name) => `\`${String(name)}\``).join(", ");
    return [
      "major",
      `Inputs are declared for the first time, and required: callers that leave out ${names} are refused`,
    ];
  },
};

const firstSecurity: Depends = {
  depends: "major unless it is empty",
  judge: ({ after }) =>
    isRecord(after) && Object.keys(after).length === 0
      ? ["patch", "Security is mentioned, but nothing is required"]
      : ["major", "Security is required: callers that do not provide it are refused"],
};

/** Resources that are not defined may hold anything, also an object that cannot become a text by itself. */
const amount = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const resource: Depends = {
  depends: "minor if raised, else patch",
  judge: ({ before, after }) =>
    typeof before === "number" && typeof after === "number" && after < before
      ? ["patch", `Resource \`{}\` goes down from ${before} to ${after}`]
      : ["minor", `Resource \`{}\` goes from ${amount(before)} to ${amount(after)}: environments must provide it`],
};

const agentRange: Depends = {
  depends: "major if the range leaves its major version, else minor",
  judge: ({ before, after }) => judgeRange(before, after),
};

const packageRange: Depends = {
  ...agentRange,
  judge: ({ before, after }) => judgeRange(packageParts(String(before)).range, packageParts(String(after)).range),
};

/**
 * The rules of honest semver for everything but inputs and outputs, which schema.rules.ts has. The first that fits
 * counts. Major: what callers rely on is gone, or what environments granted is no longer enough. Minor: something is
 * new. Patch: everybody can go on as before. Tools are patch when they go, because callers use capabilities and never
 * tools. Fewer permissions are minor: nothing breaks, and whoever grants them wants to know.
 */
export const severityRules: readonly SeverityRule[] = [
  rule("version", "Version", wording("The version number is another one")),
  rule("agentId", "Agent id", always(["major", "It is another agent: nobody finds it under its old id"])),
  rule("name", "Name", wording("The name is another one")),
  rule("description", "Description", wording("The description is another one")),
  rule("$schema", "Schema reference", wording("The reference to the schema of agent.json is another one")),
  rule("tags/*", "Tag", {
    added: ["patch", "Tag `{}` is new"],
    removed: ["patch", "Tag `{}` is removed"],
    changed: ["patch", "Tag `{}` is another one"],
  }),
  rule("metadata/**", "Metadata", wording("Metadata `{}` is another")),
  rule("files/*/**", "File's content", wording("File `{}` has other content")),
  rule("files/*", "File, prompts included", {
    added: ["patch", "File `{}` is new"],
    removed: ["patch", "File `{}` is removed"],
    changed: ["patch", "File `{}` is another"],
  }),
  rule("capabilities/*", "Capability", {
    added: ["minor", "Capability `{}` is new"],
    removed: ["major", "Capability `{}` is removed: callers that rely on it break"],
    changed: ["major", "Capability `{}` is another: callers that rely on it break"],
  }),
  rule("capabilities/*/label", "Capability's label", wording("Capability `{}` has another label")),
  rule("capabilities/*/description", "Capability's description", wording("Capability `{}` is described otherwise")),
  rule("capabilities/*/**", "Capability's other details", always(["minor", "Capability `{}` has other details"])),
  rule("manifest/capabilities/*", "Capability of the definition", {
    added: ["minor", "Capability `{}` is defined"],
    removed: ["major", "Capability `{}` is no longer defined: callers that rely on it break"],
    changed: ["major", "Capability `{}` is another: callers that rely on it break"],
  }),
  rule("manifest/entryPrompt", "Entry prompt", {
    added: ["minor", "The agent can be started with a prompt"],
    removed: ["major", "The entry prompt is removed: whoever starts the agent with it cannot any more"],
    changed: ["patch", "The agent starts with another prompt"],
  }),
  rule("manifest/entry", "Entry", {
    added: ["minor", "The agent can be started with code"],
    removed: ["major", "The entry is removed: whoever starts the agent with it cannot any more"],
    changed: ["patch", "The agent starts with other code"],
  }),
  rule("manifest/model", "Model", {
    added: ["minor", "A model is named for the first time"],
    removed: ["major", "The model is no longer named: what callers have tested no longer holds"],
    changed: {
      depends: "major if the family changes, else minor",
      judge: ({ before, after }) => judgeModel(before, after),
    },
  }),
  rule("manifest/inputs", "Inputs as a whole", {
    added: firstInputs,
    removed: ["minor", "Inputs are no longer declared: callers may send what they like"],
    changed: ["major", "Inputs are declared in another form: it cannot be shown that what callers send is accepted"],
  }),
  rule("manifest/outputs", "Outputs as a whole", {
    added: ["minor", "Outputs are declared for the first time"],
    removed: ["major", "Outputs are no longer declared: callers that read them break"],
    changed: ["major", "Outputs are declared in another form: it cannot be shown that callers understand them"],
  }),
  rule("manifest/tools/*", "Tool", {
    added: ["minor", "Tool `{}` is new: environments must provide it"],
    removed: ["patch", "Tool `{}` is no longer used"],
    changed: ["patch", "Tool `{}` is another"],
  }),
  rule("manifest/tools/*/**", "Tool's details", wording("Tool `{}` is described otherwise")),
  rule("manifest/mcpServers/*", "MCP server", {
    added: ["minor", "MCP server `{}` is new: environments must reach it"],
    removed: ["patch", "MCP server `{}` is no longer used"],
    changed: ["minor", "MCP server `{}` is another: environments must reach it"],
  }),
  rule(
    "manifest/mcpServers/*/command",
    "MCP server's command",
    always(["minor", "MCP server `{}` starts another command"]),
  ),
  rule("manifest/mcpServers/*/url", "MCP server's URL", always(["minor", "MCP server `{}` is elsewhere"])),
  rule("manifest/mcpServers/*/**", "MCP server's details", wording("MCP server `{}` is configured otherwise")),
  rule("manifest/permissions/*", "Permission", {
    added: ["major", "Permission `{}` is asked for: environments that granted the old ones refuse the agent"],
    removed: ["minor", "Permission `{}` is no longer needed"],
    changed: ["major", "Permission `{}` is another: environments that granted the old ones refuse the agent"],
  }),
  rule("manifest/resources/*", "Resource", {
    added: ["minor", "Resource `{}` is declared: environments must provide it"],
    removed: ["patch", "Resource `{}` is no longer declared"],
    changed: resource,
  }),
  rule("manifest/dependencies/agents/*", "Agent that it depends on", {
    added: ["minor", "Dependency on agent `{}` is new"],
    removed: ["patch", "Dependency on agent `{}` is gone"],
    changed: agentRange,
  }),
  rule("manifest/dependencies/packages/*", "Package that it depends on", {
    added: ["minor", "Dependency on package `{}` is new"],
    removed: ["patch", "Dependency on package `{}` is gone"],
    changed: packageRange,
  }),
  rule("manifest/endpoints/*", "Endpoint, by its URL", {
    added: ["minor", "Endpoint `{}` is new"],
    removed: ["major", "Endpoint `{}` is removed: callers that use it break"],
    changed: ["major", "Endpoint `{}` is another: callers that use it break"],
  }),
  rule("manifest/endpoints/*/description", "Endpoint's description", wording("Endpoint `{}` is described otherwise")),
  rule("manifest/endpoints/*/**", "Endpoint's protocol and other details", {
    added: ["minor", "Endpoint `{}` says more about itself"],
    removed: ["major", "Endpoint `{}` is to be called otherwise: callers that use it break"],
    changed: ["major", "Endpoint `{}` is to be called otherwise: callers that use it break"],
  }),
  rule("manifest/security", "Security as a whole", {
    added: firstSecurity,
    removed: ["minor", "Security is no longer required"],
    changed: ["major", "Security is required in another form: callers that do not provide it are refused"],
  }),
  rule("manifest/security/**", "Security requirement or scheme", {
    added: ["major", "Security `{}` is new: callers that do not provide it are refused"],
    removed: ["major", "Security `{}` is removed: callers that used it may be refused"],
    changed: ["major", "Security `{}` is another: callers that used it may be refused"],
  }),
  rule("**", "Keys that are not defined", {
    added: ["minor", "`{}`, which is no defined part, is new"],
    removed: ["minor", "`{}`, which is no defined part, is removed: nobody knows who reads it"],
    changed: ["minor", "`{}`, which is no defined part, is another: nobody knows who reads it"],
  }),
];
