import type { CommandGroup } from "../command.ts";

/** Who one is at a control plane. */
export const accountCommands: CommandGroup = {
  title: "Sign in:",
  commands: [
    {
      path: ["login"],
      summary: "sign in at a control plane",
      description:
        "Takes a token from --token-file, from standard input, or from a hidden question; or, with --issuer and --client-id, has you sign in in a browser, on this machine or another one (OpenID Connect device flow). The service is asked whether the token is good; then it is kept for this origin in a file that only you can read.",
      arguments: [],
      options: [
        { flags: "--issuer <url>", description: "OpenID provider where you sign in" },
        { flags: "--client-id <id>", description: "how the provider knows nofx" },
        { flags: "--scope <scopes>", description: "what to ask the provider for", byDefault: "openid" },
        { flags: "--resource <url>", description: "what the provider shall make the token out to (RFC 8707)" },
      ],
      examples: [
        "nofx login --origin https://nofx.example.com",
        "nofx login --token-file ~/token",
        "pass show nofx | nofx login",
        "nofx login --issuer https://id.example.com --client-id nofx-cli",
      ],
      load: async () => (await import("./login.command.ts")).login,
    },
    {
      path: ["logout"],
      summary: "forget the token that login has kept",
      description: "The token itself stays good until it ends or is revoked.",
      arguments: [],
      options: [{ flags: "--all", description: "of every origin" }],
      examples: ["nofx logout", "nofx logout --all"],
      load: async () => (await import("./logout.command.ts")).logout,
    },
    {
      path: ["whoami"],
      summary: "tell who the token is, and what it may do",
      arguments: [],
      options: [],
      examples: ["nofx whoami", "nofx whoami --token-file ci-token --json"],
      load: async () => (await import("./whoami.command.ts")).whoami,
    },
  ],
};
