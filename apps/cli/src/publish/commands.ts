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
  ],
};
