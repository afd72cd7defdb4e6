import type { CommandGroup } from "../command.ts";

const dryRun = { flags: "--dry-run", description: "say what would happen, and write nothing" };

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
      arguments: [{ name: "<agent>", description: "agent:<id>" }],
      options: [],
      examples: ["nofx channels list agent:code-review"],
      load: async () => (await import("./channels-list.command.ts")).channelsList,
    },
    {
      path: ["channels", "set"],
      summary: "point a channel of an agent at a version",
      description: "Makes the channel if it is new. `latest` cannot be set: it is the current version.",
      arguments: [
        { name: "<agent>", description: "agent:<id>" },
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
      arguments: [
        { name: "<agent>", description: "agent:<id>" },
        { name: "<channel>", description: "such as beta" },
      ],
      options: [dryRun],
      examples: ["nofx channels delete agent:code-review beta"],
      load: async () => (await import("./channels-delete.command.ts")).channelsDelete,
    },
  ],
};
