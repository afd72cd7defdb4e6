import type { CommandGroup, OptionDeclaration } from "../command.ts";
import { startingPoints } from "./starting-points.ts";

const dryRun: OptionDeclaration = { flags: "--dry-run", description: "say what would be written, and write nothing" };

const reportFormats = ["text", "github", "sarif", "markdown"] as const;

const newOptions = (kind: "agent" | "template"): OptionDeclaration[] => [
  { flags: "--name <name>", description: "what people call it", byDefault: "made of the id" },
  { flags: "--description <text>", description: "what it does, and when to use it" },
  { flags: "--owner <address>", description: "who answers for it, an address or a team" },
  {
    flags: "--tag <tag>",
    description: "three to five words to find it by; may be given several times",
    isRepeatable: true,
  },
  {
    flags: "--from <name>",
    description: "what to begin with",
    choices: startingPoints[kind].map(({ name }) => name),
    byDefault: startingPoints[kind][0].name,
  },
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
      options: newOptions("agent"),
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
        ...newOptions("template"),
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
        "Offline, by the rules of the services. A directory: every agent.json and template.json below it, with the files and the earlier versions beside it. A file: that manifest. Exit code 1 if anything could not be published. For pipelines: annotations of GitHub Actions, SARIF 2.1.0 for code scanning, Markdown for a summary.",
      arguments: [{ name: "[paths...]", description: "files and directories; default: the working directory" }],
      options: [
        { flags: "--remote", description: "ask the services too" },
        { flags: "--strict", description: "exit code 1 also for warnings" },
        { flags: "--format <format>", description: "how it is told", choices: reportFormats, byDefault: "text" },
        {
          flags: "--report <format=file>",
          description: "write it into a file, too, also as json; may be given several times",
          isRepeatable: true,
        },
      ],
      examples: [
        "nofx validate",
        "nofx validate agents/code-review templates",
        "nofx validate agent.json --remote --json",
        "nofx validate --format github --report sarif=nofx.sarif --report markdown=summary.md",
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
    {
      path: ["render"],
      summary: "see exactly what running a template means",
      description:
        "The plan of a template that lies here, or of a published one: values put in, agents in exact versions. Texts of --var are read as their variables are declared: numbers, true and false, JSON for lists and objects. Secrets are references such as secret://mail/password; a value in the place of one is refused and never printed.",
      arguments: [{ name: "<template>", description: "a directory or file, or id[@version] of a published one" }],
      options: [
        {
          flags: "--var <name=value>",
          description: "a variable's value; may be given several times",
          isRepeatable: true,
        },
        { flags: "--vars <file>", description: "a JSON file of values by name; --var comes before it" },
        { flags: "--environment <name>", description: "where it is to run" },
        { flags: "--offline", description: "ask nobody: only with agents of the same repository" },
      ],
      examples: [
        "nofx render templates/weekly-brief --var topic=Tides --environment production",
        "nofx render release-train@2.0.0 --vars release.json --json",
      ],
      load: async () => (await import("./render.command.ts")).render,
    },
    {
      path: ["diff"],
      summary: "see what differs between versions, and what that demands",
      description:
        "Of two published versions: every difference with what it means for those who rely on it. Of what lies here: the same against what is published, and whether the version number says enough.",
      arguments: [
        { name: "<resource>", description: "agent:<id> or template:<id>, or a directory or file" },
        { name: "[from]", description: "the earlier version; of what lies here by default the one below it" },
        { name: "[to]", description: "the later version; default: the highest" },
      ],
      options: [
        { flags: "--text", description: "a unified diff of documents and files" },
        { flags: "--exit-code", description: "exit code 1 if anything differs" },
      ],
      examples: [
        "nofx diff agents/code-review",
        "nofx diff agent:code-review 1.3.0 2.0.0",
        "nofx diff template:release-train 1.1.0 --text",
      ],
      load: async () => (await import("./diff.command.ts")).diff,
    },
  ],
};
