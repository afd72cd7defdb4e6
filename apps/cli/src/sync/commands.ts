import type { CommandGroup } from "../command.ts";

/** What keeps directories and services alike. */
export const syncCommands: CommandGroup = {
  title: "Publish:",
  commands: [
    {
      path: ["sync"],
      summary: "publish what directories of agents and templates have and the services have not",
      description:
        "Tells what would change, then does it: agents first, then the templates that use them. If anything is broken, published with other content, or would be refused, nothing is published, unless --partial is given; exit code 1. What is published already stays as it is, so a sync that failed is simply repeated. REGISTRY_DRY_RUN=1 means --plan.",
      arguments: [{ name: "[directories...]", description: "where agents and templates lie; default: here" }],
      options: [
        { flags: "--plan", description: "only tell what would change" },
        { flags: "--dry-run", description: "the same as --plan" },
        { flags: "--partial", description: "publish the rest where something cannot be" },
        {
          flags: "--prune",
          description: "disable agents and workflows of the tenant that the directories do not have",
        },
        {
          flags: "--visibility <visibility>",
          description: "who may read what is published; default: as it is, private for what is new",
          choices: ["private", "public"],
        },
        {
          flags: "--report <format=file>",
          description: "write it into a file, too, as markdown; may be given several times",
          isRepeatable: true,
        },
        { flags: "--watch", description: "go on, and publish each change that is saved, until Ctrl-C" },
      ],
      examples: [
        "nofx sync",
        "nofx sync agents templates --plan",
        "nofx sync packages/shared --visibility public --prune",
        "nofx sync --plan --report markdown=summary.md",
        "nofx sync --watch --json",
      ],
      load: async () => (await import("./sync.command.ts")).sync,
    },
  ],
};
