import type { CommandGroup } from "../command.ts";

const dryRun = { flags: "--dry-run", description: "say what would happen, and write nothing" };

/** Who may do what. */
export const tokenCommands: CommandGroup = {
  title: "Tokens:",
  commands: [
    {
      path: ["tokens", "create"],
      summary: "issue an API token",
      description:
        "For your tenant, with a role's scopes or the scopes given, never more than yours. Stdout is the secret alone, which is shown once and kept nowhere; what else there is to say goes to stderr. --tenant is for the operator.",
      arguments: [],
      options: [
        { flags: "--name <text>", description: "what it is for; must be given" },
        { flags: "--role <role>", description: "what it may do", choices: ["viewer", "publisher", "admin"] },
        {
          flags: "--scope <scope>",
          description: "the same, one by one; may be given several times",
          isRepeatable: true,
        },
        {
          flags: "--agent <id>",
          description: "the only agents it may change; may be given several times",
          isRepeatable: true,
        },
        {
          flags: "--template <id>",
          description: "the only templates it may change; may be given several times",
          isRepeatable: true,
        },
        { flags: "--expires <days>", description: "how long it is good", byDefault: "90" },
        { flags: "--quiet", description: "say nothing on stderr" },
        dryRun,
      ],
      examples: [
        'nofx tokens create --name "Release pipeline" --role publisher --expires 30',
        "nofx tokens create --name ci --scope agents:publish --scope agents:read --agent code-review --quiet > token",
      ],
      load: async () => (await import("./tokens-create.command.ts")).tokensCreate,
    },
    {
      path: ["tokens", "list"],
      summary: "list your tenant's tokens",
      arguments: [],
      options: [{ flags: "--all", description: "revoked and expired ones too" }],
      examples: ["nofx tokens list", "nofx tokens list --all --json"],
      load: async () => (await import("./tokens-list.command.ts")).tokensList,
    },
    {
      path: ["tokens", "revoke"],
      summary: "revoke a token",
      description:
        "It stops working within 30 seconds everywhere. Has to be confirmed; without a terminal, with --yes.",
      arguments: [{ name: "<id>", description: "the token's id, as `nofx tokens list` tells it" }],
      options: [dryRun],
      examples: ["nofx tokens revoke 0197b2c4-6a10-7c3e-9d55-2f8f1f6f1c11 --yes"],
      load: async () => (await import("./tokens-revoke.command.ts")).tokensRevoke,
    },
  ],
};
