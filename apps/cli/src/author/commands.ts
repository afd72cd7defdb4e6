import type { CommandGroup } from "../command.ts";

/** What authors of agents and templates do. */
export const authorCommands: CommandGroup = {
  title: "Write:",
  commands: [
    {
      path: ["validate"],
      summary: "check agents and templates in files and directories",
      description:
        "Offline, by the rules of the services. A directory: every agent.json and template.json below it, with the files and the earlier versions beside it. A file: that manifest. Exit code 1 if anything could not be published.",
      arguments: [{ name: "[paths...]", description: "files and directories; default: the working directory" }],
      options: [
        { flags: "--remote", description: "ask the services too" },
        { flags: "--strict", description: "exit code 1 also for warnings" },
      ],
      examples: [
        "nofx validate",
        "nofx validate agents/code-review templates",
        "nofx validate agent.json --remote --json",
      ],
      load: async () => (await import("./validate.command.ts")).validate,
    },
  ],
};
