import type { CommandGroup } from "../command.ts";

const dryRun = { flags: "--dry-run", description: "say what would happen, and write nothing" };
const agent = { name: "<agent>", description: "agent:<id>" };

/** What publishes, and what takes it back. */
export const publishCommands: CommandGroup = {
  title: "Publish and undo:",
  commands: [
    {
      path: ["publish"],
      summary: "publish agents and templates",
      description:
        "Every version in the directories, of each agent and template the oldest first; what is published already stays as it is. Nothing is written if anything cannot be published. Exit code 1 then, with every finding, its place and what to do.",
      arguments: [{ name: "<paths...>", description: "directories of agents and templates, or such that hold some" }],
      options: [
        { flags: "--visibility <who>", description: "who may read it", choices: ["private", "public"] },
        { flags: "--channel <name>", description: "point this channel of each agent at its newest version" },
        { flags: "--force", description: "publish templates although dependencies or tests fail; for administrators" },
        dryRun,
      ],
      examples: [
        "nofx publish agents/code-review",
        "nofx publish agents templates --dry-run",
        "nofx publish agents/code-review --visibility public --channel beta --json",
      ],
      load: async () => (await import("./publish.command.ts")).publish,
    },
    {
      path: ["rollback"],
      summary: "make an earlier version current again",
      description:
        "Of an agent or a template of your tenant. What it changes and whom it affects is shown first, and has to be confirmed; without a terminal, with --yes. A rollback is itself a change that can be rolled back.",
      arguments: [{ name: "<resource>", description: "agent:<id> or template:<id>" }],
      options: [
        { flags: "--to <version>", description: "the version; must be given" },
        { flags: "--reason <text>", description: "why, for the audit log; must be given" },
        dryRun,
      ],
      examples: [
        'nofx rollback agent:code-review --to 1.3.0 --reason "Misses findings"',
        'nofx rollback template:release-train --to 2.0.0 --reason "Stuck at approval" --yes --json',
        'nofx rollback agent:code-review --to 1.3.0 --reason "Misses findings" --dry-run',
      ],
      load: async () => (await import("./rollback.command.ts")).rollback,
    },
    {
      path: ["lifecycle"],
      summary: "release, deprecate, disable or archive, and take it back",
      description:
        "An agent or a template is active, deprecated or disabled; a version of it (agent:<id>@<version>) is active, deprecated or archived, and a draft is released by active. What takes something away is shown first, and has to be confirmed; without a terminal, with --yes.",
      arguments: [
        { name: "<resource>", description: "agent:<id> or template:<id>, and @<version> for that version only" },
        { name: "<status>", description: "active, deprecated, disabled or archived" },
      ],
      options: [
        { flags: "--reason <text>", description: "why, shown to everyone who may read it; must be given" },
        {
          flags: "--successor <id>",
          description: "what to use instead of what is deprecated: an id; of a version, a version",
        },
        dryRun,
      ],
      examples: [
        'nofx lifecycle agent:code-review deprecated --reason "Superseded" --successor review-suite',
        'nofx lifecycle agent:code-review@1.3.0 archived --reason "Leaks names" --yes',
        'nofx lifecycle template:release-train active --reason "Repaired"',
      ],
      load: async () => (await import("./lifecycle.command.ts")).lifecycle,
    },
    {
      path: ["channels", "list"],
      summary: "list an agent's channels",
      arguments: [agent],
      options: [],
      examples: ["nofx channels list agent:code-review"],
      load: async () => (await import("./channels-list.command.ts")).channelsList,
    },
    {
      path: ["channels", "set"],
      summary: "point a channel of an agent at a version",
      description: "Makes the channel if it is new. `latest` cannot be set: it is the current version.",
      arguments: [
        agent,
        { name: "<channel>", description: "such as beta" },
        { name: "<version>", description: "such as 2.1.0-beta.1" },
      ],
      options: [dryRun],
      examples: ["nofx channels set agent:code-review beta 2.1.0-beta.1"],
      load: async () => (await import("./channels-set.command.ts")).channelsSet,
    },
    {
      path: ["channels", "delete"],
      summary: "remove a channel of an agent",
      description: "The version that it points at stays.",
      arguments: [agent, { name: "<channel>", description: "such as beta" }],
      options: [dryRun],
      examples: ["nofx channels delete agent:code-review beta"],
      load: async () => (await import("./channels-delete.command.ts")).channelsDelete,
    },
    {
      path: ["resolve"],
      summary: "find the versions that ids, ranges and channels stand for",
      description:
        "Of an agent: the version to run. Of a template: one version of everything that it depends on, or who wants what where that cannot be. Exit code 1 if anything cannot be resolved.",
      arguments: [
        {
          name: "<resources...>",
          description: "agent:<id>, agent:<id>@<version, range or channel>, template:<id>, template:<id>@<version>",
        },
      ],
      options: [
        { flags: "--environment <name>", description: "resolve templates for this environment" },
        {
          flags: "--strategy <which>",
          description: "which versions templates get of those that fit",
          choices: ["highest", "lowest"],
          byDefault: "highest",
        },
      ],
      examples: [
        "nofx resolve agent:code-review@^2 agent:release-train@beta",
        "nofx resolve template:release-notes --environment production --json",
      ],
      load: async () => (await import("./resolve.command.ts")).resolve,
    },
    {
      path: ["export"],
      summary: "export templates as a bundle, or an agent to another ecosystem",
      description:
        "Without resources: all templates of your tenant, or those to which all filters apply. To stdout, unless --out names a file.",
      arguments: [
        { name: "[resources...]", description: "template:<id> several times, or one agent:<id>[@<version>]" },
      ],
      options: [
        {
          flags: "--format <format>",
          description: "of templates bundle (default), tar, json or builder; of an agent a2a, mcp or oasf",
          choices: ["bundle", "tar", "json", "builder", "a2a", "mcp", "oasf"],
        },
        { flags: "-o, --out <file>", description: "write this file" },
        { flags: "--force", description: "replace the file if it is there" },
        { flags: "--kind <kind>", description: "templates of this kind", choices: ["workflow", "prompt"] },
        {
          flags: "--tag <tag>",
          description: "templates with this tag; may be given several times",
          isRepeatable: true,
        },
        { flags: "--category <id>", description: "templates of this category" },
        {
          flags: "--status <status>",
          description: "templates of this status",
          choices: ["active", "deprecated", "disabled"],
        },
      ],
      examples: [
        "nofx export --out templates.tgz",
        "nofx export template:release-train --format json",
        "nofx export agent:code-review@2.0.0 --format a2a --out agent-card.json",
      ],
      load: async () => (await import("./export.command.ts")).exportResources,
    },
    {
      path: ["import"],
      summary: "import a bundle of templates, or an agent of another ecosystem",
      description:
        "What the file is, it says itself: a bundle, or an A2A agent card, an MCP server.json or an OASF record, of which an agent is published. What is published is never overwritten. Exit code 1 if anything is in conflict or not valid.",
      arguments: [{ name: "<file>", description: "the file, or - for stdin" }],
      options: [
        { flags: "--format <format>", description: "of an agent's document", choices: ["a2a", "mcp", "oasf"] },
        { flags: "--as <agent>", description: "agent:<id> or agent:<id>@<version>; default: as the document says" },
        {
          flags: "--visibility <who>",
          description: "who may read what is new; keep: whoever a bundle says",
          choices: ["private", "public", "keep"],
        },
        { flags: "--atomic", description: "import nothing of a bundle unless all of it can be" },
        dryRun,
      ],
      examples: [
        "nofx import templates.tgz --dry-run",
        "nofx import agent-card.json --as agent:weather-desk --visibility public",
        "nofx import - --atomic --json",
      ],
      load: async () => (await import("./import.command.ts")).importResources,
    },
    {
      path: ["builder", "import"],
      summary: "import the prompts of another builder",
      description:
        "A list of prompts as GET /builder/templates shows them, or an object with such `templates`, with their times, history and deployments. What is there already is never overwritten.",
      arguments: [{ name: "<file>", description: "the file, or - for stdin" }],
      options: [dryRun],
      examples: ["nofx builder import prompts.json --dry-run"],
      load: async () => (await import("./builder-import.command.ts")).builderImport,
    },
  ],
};
