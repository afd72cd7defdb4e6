import type { CommandGroup, OptionDeclaration } from "../command.ts";

const dryRun: OptionDeclaration = { flags: "--dry-run", description: "say what would be written, and write nothing" };

const newOptions = (kind: "agent" | "template", choices: readonly string[]): OptionDeclaration[] => [
  { flags: "--name <name>", description: "what people call it", byDefault: "made of the id" },
  { flags: "--description <text>", description: "what it does, and when to use it" },
  { flags: "--owner <address>", description: "who answers for it, an address or a team" },
  {
    flags: "--tag <tag>",
    description: "three to five words to find it by; may be given several times",
    isRepeatable: true,
  },
  { flags: "--from <name>", description: "what to begin with", choices, byDefault: choices[0] ?? "" },
  { flags: "--directory <path>", description: "where its directory is made", byDefault: `${kind}s` },
  dryRun,
  { flags: "--list", description: "say what there is to begin with" },
];

/** What authors of agents and templates do. */
export const authorCommands: CommandGroup = {
  title: "Write:",
  commands: [
    {
      path: ["init"],
      summary: "make a repository of agents and templates",
      description:
        "Directories for agents and templates, a README.md with the next steps, a .gitignore, and a workflow of GitHub Actions that validates pull requests and publishes what is on main. What is there already stays as it is, and is told.",
      arguments: [{ name: "[directory]", description: "where; default: the working directory" }],
      options: [
        { flags: "--name <name>", description: "what the repository is called", byDefault: "that of the directory" },
        { flags: "--without-ci", description: "no workflow of GitHub Actions" },
        dryRun,
      ],
      examples: ["nofx init", "nofx init our-agents --name 'Our agents' --without-ci", "nofx init --dry-run --json"],
      load: async () => (await import("./init.command.ts")).init,
    },
    {
      path: ["new", "agent"],
      summary: "make an agent",
      description:
        "In a directory of its own that can be published at once. On a terminal it asks what is not said; --yes takes what it would propose.",
      arguments: [{ name: "[id]", description: "lower-case words with hyphens that say what it does" }],
      options: newOptions("agent", ["minimal", "reviewer", "mcp"]),
      examples: [
        "nofx new agent",
        "nofx new agent release-notes --owner docs@example.com --from reviewer",
        "nofx new agent --list",
      ],
      load: async () => (await import("./new-agent.command.ts")).newAgent,
    },
    {
      path: ["new", "template"],
      summary: "make a template",
      description:
        "In a directory of its own whose tests pass at once. Agents that its steps need are those in the directory `agents` beside it, or whom --agent names; the others are made there, too. On a terminal it asks what is not said; --yes takes what it would propose.",
      arguments: [{ name: "[id]", description: "lower-case words with hyphens that say what it does" }],
      options: [
        ...newOptions("template", ["single-step", "pipeline", "approval", "fan-out", "prompt"]),
        {
          flags: "--agent <role=id>",
          description: "who does what the starting point calls so; may be given several times",
          isRepeatable: true,
        },
      ],
      examples: [
        "nofx new template",
        "nofx new template weekly-brief --owner docs@example.com --from pipeline --agent writer=docs-editor",
        "nofx new template --list",
      ],
      load: async () => (await import("./new-template.command.ts")).newTemplate,
    },
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
    {
      path: ["test"],
      summary: "run the tests of templates",
      description:
        "With the marketplace's engine: each test in its environments, with the highest and the lowest versions of agents that fit, and inputs at the edges of what variables take. Versions are those of the registry and those that lie in the same repository. Exit code 1 if a test fails.",
      arguments: [{ name: "[paths...]", description: "files and directories; default: the working directory" }],
      options: [
        { flags: "--environment <name>", description: "only there" },
        { flags: "--name <name>", description: "only the test that is called so" },
        { flags: "--offline", description: "ask nobody: only with agents of the same repository" },
      ],
      examples: [
        "nofx test",
        "nofx test templates/weekly-brief --environment production",
        "nofx test --offline --json",
      ],
      load: async () => (await import("./test.command.ts")).test,
    },
  ],
};
