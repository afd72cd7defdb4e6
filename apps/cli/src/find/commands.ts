import type { CommandGroup } from "../command.ts";

/** What helps to find and to see. */
export const findCommands: CommandGroup = {
  title: "Find and see:",
  commands: [
    {
      path: ["search"],
      summary: "search agents and templates",
      description:
        'Words in any form and order, typos included; "a phrase", -without, this or that, and fields such as tag:review, agent:code-review, updated:>2026-01-01 and rating:>=4. Without words: everything, the best first.',
      arguments: [{ name: "[words...]", description: "what to look for" }],
      options: [
        {
          flags: "--type <type>",
          description: "only these; may be given twice",
          choices: ["agent", "template"],
          isRepeatable: true,
        },
        {
          flags: "--sort <order>",
          description: "what comes first",
          choices: ["relevance", "recent", "rating", "popular", "name"],
          byDefault: "relevance",
        },
        { flags: "--limit <number>", description: "hits at the most, of each request with --all", byDefault: "25" },
        { flags: "--cursor <cursor>", description: "go on where a search before has ended" },
        { flags: "--all", description: "go on to the last page" },
        {
          flags: "--facets <names>",
          description:
            "count hits by these, comma-separated: type, category, tag, capability, author, license, status, rating, success",
        },
      ],
      examples: [
        "nofx search review pull requests",
        "nofx search --type template --sort rating --limit 5",
        "nofx search tag:security --all --json",
        "nofx search --facets category,rating",
      ],
      load: async () => (await import("./search.command.ts")).search,
    },
    {
      path: ["status"],
      summary: "see how the control plane, an agent or a template is",
      description:
        "Of the control plane: every service, every database and the index; exit code 1 unless all of it is ok. Of an agent or a template: its current version, status, visibility, channels and newest versions.",
      arguments: [{ name: "[resource]", description: "agent:<id> or template:<id>; without it, the control plane" }],
      options: [{ flags: "--versions <number>", description: "how many of the newest versions", byDefault: "5" }],
      examples: [
        "nofx status",
        "nofx status agent:code-review",
        "nofx status template:release-train --versions 20 --json",
      ],
      load: async () => (await import("./status.command.ts")).status,
    },
    {
      path: ["relations"],
      summary: "see what an agent or a template depends on, and what uses it",
      description: "With --impact, what would break without a version; exit code 1 if anything would.",
      arguments: [{ name: "<resource>", description: "agent:<id> or template:<id>" }],
      options: [
        {
          flags: "--direction <direction>",
          description: "which way to go",
          choices: ["depends-on", "used-by", "both"],
          byDefault: "both",
        },
        {
          flags: "--relation <relation>",
          description: "follow only these",
          choices: ["uses", "fork", "successor", "any"],
          byDefault: "uses",
        },
        { flags: "--depth <number>", description: "steps at the most", byDefault: "3" },
        { flags: "--limit <number>", description: "relations each way at the most", byDefault: "200" },
        { flags: "--impact <version>", description: "what would break without this version" },
      ],
      examples: [
        "nofx relations agent:code-review",
        "nofx relations template:release-train --direction depends-on --depth 1",
        "nofx relations agent:code-review --impact 2.0.0",
      ],
      load: async () => (await import("./relations.command.ts")).relations,
    },
    {
      path: ["usage"],
      summary: "see how an agent or a template is used",
      description:
        "Runs, how they ended, durations and versions, day by day; the last 30 days, unless asked otherwise.",
      arguments: [{ name: "<resource>", description: "agent:<id> or template:<id>" }],
      options: [
        { flags: "--from <time>", description: "first day that counts, such as 2026-11-01" },
        { flags: "--to <time>", description: "first day that does not", byDefault: "now" },
        { flags: "--of-version <version>", description: "count only this version" },
      ],
      examples: ["nofx usage agent:code-review", "nofx usage template:release-train --from 2026-01-01 --json"],
      load: async () => (await import("./usage.command.ts")).usage,
    },
  ],
};
