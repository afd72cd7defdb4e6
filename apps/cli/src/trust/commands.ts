import type { CommandGroup } from "../command.ts";

const dryRun = { flags: "--dry-run", description: "say what would happen, and write nothing" };

/** Which pipelines publish without a stored secret. */
export const trustedPublisherCommands: CommandGroup = {
  title: "Trusted publishing:",
  commands: [
    {
      path: ["trusted-publishers", "list"],
      summary: "list the pipelines that your tenant trusts",
      arguments: [],
      options: [],
      examples: ["nofx trusted-publishers list", "nofx trusted-publishers list --json"],
      load: async () => (await import("./trusted-publishers-list.command.ts")).trustedPublishersList,
    },
    {
      path: ["trusted-publishers", "add"],
      summary: "trust a pipeline to publish agents and templates",
      description:
        "Its runs exchange their identity token for one that lasts 15 minutes and publishes these agents and templates, of which one must be named. Each claim must be in the identity token with exactly this value; of GitHub `repository` is needed, of GitLab `project_path` or `project_id`. Warnings say where that trusts more than it seems to.",
      arguments: [],
      options: [
        { flags: "--name <text>", description: "what it is for; must be given" },
        {
          flags: "--issuer <url>",
          description: "who signs its tokens: github, gitlab, or an address",
          byDefault: "github",
        },
        {
          flags: "--claim <name=value>",
          description: "what its token must say; may be given several times",
          isRepeatable: true,
        },
        {
          flags: "--agent <id>",
          description: "an agent that it may publish; may be given several times",
          isRepeatable: true,
        },
        {
          flags: "--template <id>",
          description: "a template that it may publish; may be given several times",
          isRepeatable: true,
        },
        dryRun,
      ],
      examples: [
        "nofx trusted-publishers add --name Release --agent code-review --claim repository=acme/agents --claim repository_owner_id=4711 --claim environment=release",
        "nofx trusted-publishers add --name Release --issuer gitlab --agent code-review --template release-notes --claim project_id=42 --claim ref_protected=true",
      ],
      load: async () => (await import("./trusted-publishers-add.command.ts")).trustedPublishersAdd,
    },
    {
      path: ["trusted-publishers", "remove"],
      summary: "stop trusting a pipeline",
      description:
        "Its runs get no more tokens; those that they have end within 15 minutes, at once with `nofx tokens revoke`. Has to be confirmed; without a terminal, with --yes.",
      arguments: [{ name: "<id>", description: "its id, as `nofx trusted-publishers list` tells it" }],
      options: [dryRun],
      examples: ["nofx trusted-publishers remove 0197b2c4-6a10-7c3e-9d55-2f8f1f6f1c11 --yes"],
      load: async () => (await import("./trusted-publishers-remove.command.ts")).trustedPublishersRemove,
    },
  ],
};
